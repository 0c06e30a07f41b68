"""Filing: a small file of the user's, locked while it is changed, and replaced as a whole so never half written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import SmallcapError

# Seconds that another process is waited for, and between two looks at whether it is done.
BUSY_SECONDS, LOOK_AGAIN = 5.0, 0.01


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """Keep every other process from changing the file meanwhile; its folder is made, private, where there is none.

    SmallcapError when another process doesn't finish, and for an OSError of the lock or of what is done meanwhile,
    which must leave the file as it was.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415  only what writes pays for it

    try:
        own_folder(path.parent)
        with FileLock(f"{path}.lock", mode=0o600).acquire(timeout=BUSY_SECONDS, poll_interval=LOOK_AGAIN):
            yield
    except Timeout:
        raise SmallcapError(f"another smallcap is writing to {path}: try again in a moment") from None
    except OSError as error:
        raise SmallcapError(
            f"{path} can't be written, so nothing in it was changed: {error.strerror or error}"
        ) from None


def own_folder(folder: Path) -> None:
    """Make a folder where there is none, and those above it, each its owner's alone whatever the umask; OSError."""
    for each in reversed((folder, *folder.parents)):
        if not each.exists():
            each.mkdir(mode=0o700, exist_ok=True)


def replace(path: Path, data: bytes, sync: Callable[[int], None] | None = None) -> None:
    """Put a private file that holds `data` in the place of the one at `path`; OSError, with that as it was.

    A link there is replaced too, not what it points to. `sync`, given a file descriptor, must return when the file is
    on the disk (os.fsync).
    """
    draft = path.with_name(f".{path.name}.part")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600, exist_ok=False)
    with draft.open("wb") as file:
        file.write(data)
        file.flush()
        if sync:
            sync(file.fileno())
    draft.replace(path)

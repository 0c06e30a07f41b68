"""The wheel as strangers get it: built, installed into a clean environment, opened in a terminal there."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.terminal import Terminal

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built from a copy so that nothing is left behind in it."""
    source = tmp_path_factory.mktemp("source") / "smallcap"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        capture_output=True, check=True, cwd=ROOT,
    ).stdout.decode().split("\0")  # fmt: skip
    for name in filter(None, listed):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    out = tmp_path_factory.mktemp("wheel")
    pip(Path(sys.executable), "wheel", "--no-deps", "--wheel-dir", str(out), str(source))
    return next(out.glob("smallcap-*.whl"))


def pip(python: Path, *args: str) -> None:
    done = subprocess.run(
        [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", *args],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_the_wheel_holds_every_file_under_one_name(wheel: Path):
    names = set(zipfile.ZipFile(wheel).namelist())
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"smallcap"}
    code = [(top, kind) for top in ("core", "tui") for kind in ("*.py", "py.typed")]
    for top, kind in (*code, ("styles", "*.tcss"), ("seeds", "*.toml")):
        files = {f"smallcap/{path.relative_to(ROOT)}" for path in (ROOT / top).rglob(kind)}
        assert files
        assert files <= names


def test_the_installed_wheel_opens_far_from_the_checkout(wheel: Path, tmp_path: Path):
    venv.create(tmp_path / "clean", with_pip=True)
    python = tmp_path / "clean" / "bin" / "python"
    pip(python, "install", str(wheel))
    terminal = Terminal([str(python.with_name("smallcap"))], {"SMALLCAP_HOME": str(tmp_path / "home")}, tmp_path)
    try:
        for words in ("SIMULATED", "WATCH", "SECTORS vs SPY", "SIZE  long IWM"):
            terminal.wait_for(words)
        terminal.press("j")
        terminal.wait_for("SIZE  long SPY")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
    except AssertionError:
        terminal.kill()
        raise

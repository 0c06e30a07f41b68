"""The fetcher's process: `python -m smallcap.core.live`, told what to do on standard input, and ended with it.

The only place in the core that asks the clock and chance: it is a process of its own, and this is its beginning.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
from pathlib import Path

from filelock import FileLock, Timeout

from .child import lock_of
from .protocol import Busy, Message, Start, decode, encode

# Seconds for the end of a transaction under way; a refresh that is cut off is undone, not halved.
LAST_WORDS = 1.0
CERTIFICATES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def main() -> None:
    """Read the first line, take the lock, and fetch until standard input ends."""
    start = decode(sys.stdin.readline())
    if not isinstance(start, Start):
        sys.exit(2)
    lock = FileLock(lock_of(Path(start.archive)), timeout=0, mode=0o600, is_singleton=False)
    try:
        lock.acquire()
    except Timeout:
        say(Busy())
        return
    except OSError:
        pass  # where no lock can be kept the archive can't be either; the fetcher finds a place and says so
    inbox: queue.Queue[object] = queue.Queue()
    threading.Thread(target=listen, args=(inbox,), daemon=True, name="listen").start()
    trust()
    from .fetcher import Fetcher  # noqa: PLC0415  only the one that fetches pays for yfinance
    from .guard import Clock  # noqa: PLC0415  as above

    offset = start.now - time.time()
    code = Fetcher(start, inbox, say, Clock(lambda: time.time() + offset, time.sleep)).run()
    # Threads that hang in a request are not waited for.
    sys.stdout.flush()
    os._exit(code)


def say(message: Message) -> None:
    """One line to whoever started this; nothing more can be said once they are gone."""
    try:
        sys.stdout.write(encode(message))
        sys.stdout.flush()
    except (BrokenPipeError, ValueError):
        os._exit(0)


def listen(inbox: queue.Queue[object]) -> None:
    """Pass on what is asked; None when standard input ends, and soon after that the end, whatever hangs."""
    for line in sys.stdin:
        if (message := decode(line)) is not None:
            inbox.put(message)
    inbox.put(None)
    time.sleep(LAST_WORDS)
    os._exit(0)


def trust() -> None:
    """The certificates that one of the usual variables names are trusted by every client here."""
    named = next((os.environ[name] for name in CERTIFICATES if os.environ.get(name)), None)
    if named:
        for name in CERTIFICATES:
            os.environ.setdefault(name, named)


if __name__ == "__main__":
    main()

"""The real clients in a process of their own, to which a test sends lines of Python and which sends values back."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

PATIENCE = 30.0
# What the lines of a test find: yfinance with its errors shown, a browser-like session and a websocket client.
SETUP = """
import asyncio, json, logging, sys, warnings
import yfinance as yf
from curl_cffi.requests import Session
from yfinance.data import YfData
from yfinance.pricing_pb2 import PricingData
# The one in threads reads and writes a TLS connection at once, which Python 3.11 now and then hangs on.
from websockets.asyncio.client import connect
warnings.filterwarnings("ignore")
logging.getLogger("yfinance").setLevel(logging.CRITICAL + 1)
yf.config.debug.hide_exceptions = False

def history(ticker, period, interval="1d", timeout=2):
    frame = yf.Ticker(ticker).history(period=period, interval=interval, auto_adjust=False, timeout=timeout)
    told = {name.lower().replace(" ", "_"): frame[name].tolist() for name in frame}
    return told | {"dates": [str(day.date()) for day in frame.index], "zone": str(frame.index.tz),
                   "seconds": [int(at.timestamp()) for at in frame.index]}
"""
LOOP = """
for _sent in sys.stdin:
    scope = globals()
    scope["answer"] = None
    try:
        exec(json.loads(_sent), scope)
        told = {"answer": scope["answer"]}
    except Exception as error:
        told = {"error": type(error).__name__, "words": str(error)}
    print(json.dumps(told), flush=True)
"""


class ClientError(Exception):
    """The client raised; `name` is its error's class."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(f"{name}: {words}")
        self.name = name


class Client:
    """A child process with the clients imported once, as that takes longer than a hundred requests."""

    def __init__(self, environment: Mapping[str, str], setup: str = SETUP) -> None:
        command = [sys.executable, "-X", "faulthandler", "-W", "ignore", "-c", setup + LOOP]
        self._child = subprocess.Popen(
            command, env=dict(environment), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.kill()
        self._child.communicate()

    def run(self, lines: str) -> Any:
        """Run lines in the child; what they assigned to `answer`, or ClientError when they raised.

        When they take longer than PATIENCE seconds the child ends, its stacks on stderr, and EOFError is raised.
        """
        watchdog = threading.Timer(PATIENCE, self._child.send_signal, [signal.SIGABRT])
        watchdog.start()
        try:
            assert self._child.stdin is not None
            assert self._child.stdout is not None
            self._child.stdin.write(json.dumps(lines) + "\n")
            self._child.stdin.flush()
            told = self._child.stdout.readline()
        finally:
            watchdog.cancel()
        if not told:
            raise EOFError("the client is gone")
        found = json.loads(told)
        if "error" in found:
            raise ClientError(found["error"], found["words"])
        return found["answer"]

    def fails(self, lines: str) -> str:
        """The class of the error that lines raise in the child, nothing when they raise none."""
        try:
            self.run(lines)
        except ClientError as error:
            return error.name
        return ""

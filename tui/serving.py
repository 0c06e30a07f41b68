"""`smallcap serve`: the app in a browser, on this machine alone unless it is told otherwise, until a signal ends it."""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import signal
import socket
import sys
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from ..core.errors import SmallcapError, SourceError, UsageError
from ..core.sources import Fetched
from .serve_flags import Options, app_command, options
from .serve_gate import Gate, is_loopback
from .standpoint import Standpoint

if TYPE_CHECKING:
    from .serve_tabs import Tabs

INTERRUPTED = 130
LONGEST_END = 10.0
"""Seconds after which a request that isn't over is cut off at the end."""
MISSING = "serve needs textual-serve, which is not installed: pip install 'smallcap[serve]'"


def serve(args: argparse.Namespace, standpoint: Standpoint) -> int:
    """Until a signal ends it; the exit code."""
    chosen = options(args)
    address = resolved(chosen)
    try:
        from .serve_tabs import Page, Tabs  # noqa: PLC0415  of an extra, which need not be installed
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("smallcap"):
            raise
        raise SmallcapError(MISSING) from None
    check(standpoint)
    # The command line turns it off, which only something short can afford.
    gc.enable()
    if not is_loopback(address):
        print(warning(chosen), file=sys.stderr)
    with listening(address, chosen) as listener:
        tabs = Tabs(app_command(args), Gate(names(chosen), chosen.anywhere), Page(*paper(standpoint)))
        return asyncio.run(run(tabs, listener, url(chosen.host, address, listener.getsockname()[1])))


def resolved(chosen: Options) -> str:
    """The numeric address of a host; UsageError for one that others can reach unless that is allowed.

    What is resolved here is what is served on: a name may be another address the next time.
    """
    try:
        found = socket.getaddrinfo(chosen.host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UsageError(f"--host {chosen.host!r} is no address of this machine: {error}") from None
    # An old address first: a machine may have only that one.
    address = str(min(found, key=lambda each: each[0] is not socket.AF_INET)[4][0])
    if not (chosen.anywhere or is_loopback(address)):
        raise UsageError(
            f"--host {chosen.host} can be reached from other machines, and whoever reaches the app uses it with your "
            "files: add --anywhere if that is meant"
        )
    return address


def check(standpoint: Standpoint) -> None:
    """SmallcapError when the app would have nothing to show; a source that fetches may have nothing yet."""
    try:
        standpoint.read(standpoint.load())
    except SourceError:
        if not isinstance(standpoint.source, Fetched) or standpoint.asked:
            raise


def warning(chosen: Options) -> str:
    """What serving to others means."""
    return (
        f"smallcap: warning: whoever can reach {chosen.host} uses this app with your files; there is no password, and "
        "what goes over the network is not encrypted"
    )


def listening(address: str, chosen: Options) -> socket.socket:
    """A socket that listens; SmallcapError when there can't be one."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        return socket.create_server((address, chosen.port), family=family)
    except OSError as error:
        raise SmallcapError(
            f"can't serve on {chosen.host} port {chosen.port}: {os.strerror(error.errno or 0)}; another --port may do, "
            "0 takes any that is free"
        ) from None


def names(chosen: Options) -> frozenset[str]:
    """The names that a browser may ask for."""
    own = {socket.gethostname(), f"{socket.gethostname()}.local"} if chosen.anywhere else set()
    return frozenset(name.lower() for name in {"localhost", chosen.host, *own})


def paper(standpoint: Standpoint) -> tuple[str, dict[str, str]]:
    """The page in the colours of the theme, and its headers."""
    from .serve_page import headers, page  # noqa: PLC0415  all of this loads Textual
    from .theme import Look, colours  # noqa: PLC0415
    from .widgets.too_small import NEEDED  # noqa: PLC0415

    theme = standpoint.settings.theme
    return page(colours(Look(theme)), NEEDED.width, dark=theme != "light"), headers(NEEDED.width)


def url(host: str, address: str, port: int) -> str:
    """The address to open: what was asked for, or this machine where that was every address it has."""
    if address in {"0.0.0.0", "::"}:
        host = "localhost"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


async def run(tabs: Tabs, listener: socket.socket, address: str) -> int:
    """Serve, say where, and end without a trace at a signal; the exit code."""
    from aiohttp import web  # noqa: PLC0415  of the extra

    code = ended()
    runner = web.AppRunner(await tabs.application(), access_log=None, shutdown_timeout=LONGEST_END)
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        print(f"smallcap is at {address} (Ctrl-C ends it)", flush=True)
        return await code
    finally:
        await runner.cleanup()


def ended() -> asyncio.Future[int]:
    """The exit code, once a signal comes."""
    loop = asyncio.get_running_loop()
    code: asyncio.Future[int] = loop.create_future()
    for number, meant in ((signal.SIGTERM, 0), (signal.SIGHUP, 0), (signal.SIGINT, INTERRUPTED)):
        # A shell has a job in the background ignore the keyboard's signal, and nohup the terminal's: it stays so.
        if signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, partial(_end, code, meant))
    return code


def _end(code: asyncio.Future[int], meant: int) -> None:
    with suppress(asyncio.InvalidStateError):
        code.set_result(meant)

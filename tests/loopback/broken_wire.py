"""Faults of the connection and of the page: what comes whatever was asked."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from threading import Event
from time import monotonic

from . import login
from .wire import HTML, Call, Line, Make, Reply

PAGE = b"<!DOCTYPE html><html><head><title>Yahoo</title></head><body><h1>We will be back soon</h1></body></html>"
TOO_MANY = b"Edge: Too Many Requests"

# Without an answer: the line, and an event that is set when the fault is healed or the server goes.


def hang(line: Line, until: Event) -> None:
    """Never answer."""
    until.wait()


def reset(line: Line, until: Event) -> None:
    """Break off with an RST."""
    line.reset()


def dropped(line: Line, until: Event) -> None:
    """Close without an answer."""


# With an answer whose bytes come in a bad way; the connection is closed after it, except after a slow one.


def drip(line: Line, data: bytes, until: Event, *, every: float = 0.2, size: int = 1) -> None:
    """`size` bytes every `every` seconds."""
    for at in range(0, len(data), size):
        line.send(data[at : at + size])
        if until.wait(every):
            return


def slow(line: Line, data: bytes, until: Event, *, seconds: float = 1.0) -> None:
    """All of it, late."""
    begun = monotonic()
    while (left := begun + seconds - monotonic()) > 0 and not until.wait(left):
        pass
    line.send(data)


def truncated(line: Line, data: bytes, until: Event, *, share: float = 0.5) -> None:
    """The head and a share of the body that it promised, then the end."""
    head = data.index(b"\r\n\r\n") + 4
    line.send(data[: head + int(share * (len(data) - head))])


# Another answer than the one that was made.


def status(code: int) -> Callable[..., Reply]:
    """An error status with the page that Yahoo sends with it."""

    def refuse(call: Call, make: Make, *, retry_after: int | str | None = None) -> Reply:
        headers = () if retry_after is None else (("Retry-After", str(retry_after)),)
        if code == 401:
            return login.unauthorized("Invalid Crumb")
        return Reply(code, TOO_MANY if code == 429 else PAGE, HTML, headers)

    return refuse


def html(call: Call, make: Make) -> Reply:
    """A page instead of data, as if all were well."""
    return Reply(200, PAGE, HTML)


def empty(call: Call, make: Make) -> Reply:
    """Nothing, as if all were well."""
    return Reply(200)


def cut(call: Call, make: Make, *, share: float = 0.5) -> Reply:
    """A share of the body, said to be all of it."""
    made = make()
    return made._replace(body=made.body[: int(share * len(made.body))])


def consent(call: Call, make: Make) -> Reply:
    """The European consent form, until it was submitted."""
    return login.to_consent(call) or make()


def null_result(call: Call, make: Make) -> Reply:
    """A chart without a result and without an error."""
    return Reply(200, b'{"chart":{"result":null,"error":null}}')


def not_found(call: Call, make: Make) -> Reply:
    """The answer to a ticker nobody knows."""
    error = b'{"code":"Not Found","description":"No data found, symbol may be delisted"}'
    return Reply(404, b'{"chart":{"result":null,"error":' + error + b"}}")


def zipped(call: Call, make: Make) -> Reply:
    """FRED's archive: a CSV for each series."""
    made = make()
    rows = [line.split(",") for line in made.body.decode().splitlines()]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as pack:
        for at, name in enumerate(rows[0][1:], 1):
            pack.writestr(f"{name}.csv", "".join(f"{row[0]},{row[at]}\n" for row in rows))
    return made._replace(body=packed.getvalue(), type="application/zip")

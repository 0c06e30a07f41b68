"""How Yahoo lets an anonymous reader in: the cookie, the crumb that fits it, and the European consent pages."""

from __future__ import annotations

import itertools
import json
import time
from base64 import urlsafe_b64encode
from email.utils import formatdate
from hashlib import sha1
from urllib.parse import urlencode

from .wire import HTML, Call, Reply

COOKIE, CONSENTED = "A3", "GUCS"
YEAR = 31_557_600
SESSION = "3_cc-session_loopback"
HOME = "https://finance.yahoo.com/"
_numbers = itertools.count(1)


def cookie() -> Reply:
    """fc.yahoo.com: an error page whose only use is its cookie."""
    return Reply(404, b"<html>Not Found</html>", HTML, (_set(COOKIE, f"d=loopback{next(_numbers)}&S=AQAAAn"),))


def crumb_of(value: str) -> str:
    """The crumb that fits a cookie; Yahoo's have characters in them that a URL must quote."""
    text = urlsafe_b64encode(sha1(value.encode()).digest()).decode().replace("-", "x").replace("_", "y")
    return f"{text[:5]}/{text[5:9]}."


def crumb(call: Call) -> Reply:
    """The crumb of the cookie that comes with the request."""
    value = call.cookies.get(COOKIE)
    if not value:
        return unauthorized("Invalid Cookie")
    return Reply(200, crumb_of(value).encode(), "text/plain;charset=utf-8")


def fits(call: Call) -> bool:
    """Whether the request's crumb is the one of its cookie."""
    value = call.cookies.get(COOKIE)
    return bool(value) and call.query.get("crumb") == crumb_of(str(value))


def unauthorized(why: str) -> Reply:
    """The answer to a missing or wrong cookie or crumb."""
    return Reply(401, json.dumps({"finance": {"result": None, "error": _error(why)}}).encode())


def consent(call: Call) -> Reply:
    """guce.yahoo.com and consent.yahoo.com: the form, its submission, and the cookie in return."""
    if call.path == "/copyConsent":
        kept = (_set(CONSENTED, "agreed"), _set(COOKIE, f"d=consented{next(_numbers)}&S=AQAAAn"))
        return redirect(call.query.get("doneUrl", HOME), *kept)
    if call.method == "POST":
        done = {"sessionId": call.query.get("sessionId", ""), "doneUrl": call.form.get("originalDoneUrl", HOME)}
        return redirect(f"https://guce.yahoo.com/copyConsent?{urlencode(done)}")
    return Reply(200, _form(call.query.get("doneUrl", HOME)).encode(), HTML)


def to_consent(call: Call) -> Reply | None:
    """The redirect to the consent form, None for a reader who has been there."""
    if CONSENTED in call.cookies:
        return None
    asked = {"sessionId": SESSION, "doneUrl": call.url}
    return redirect(f"https://consent.yahoo.com/v2/collectConsent?{urlencode(asked)}")


def redirect(url: str, *headers: tuple[str, str]) -> Reply:
    """Go there."""
    return Reply(302, b"", HTML, (("Location", url), *headers))


def _form(done: str) -> str:
    fields = {
        "csrfToken": "loopback",
        "sessionId": SESSION,
        "originalDoneUrl": done.replace("&", "&amp;"),
    }
    hidden = "".join(f'<input type="hidden" name="{name}" value="{value}"/>' for name, value in fields.items())
    action = f"/v2/collectConsent?sessionId={SESSION}"
    button = '<button type="submit" name="agree" value="agree">Accept all</button>'
    return f'<html><body><form method="post" action="{action}">{hidden}{button}</form></body></html>'


def _set(name: str, value: str) -> tuple[str, str]:
    # By the machine's clock, as the client's is: yfinance takes a time after May 2033 for milliseconds.
    until = formatdate(time.time() + YEAR, usegmt=True)
    kept = f"Expires={until}; Max-Age={YEAR}; Domain=.yahoo.com; Path=/; SameSite=None; Secure; HttpOnly"
    return "Set-Cookie", f"{name}={value}; {kept}"


def _error(why: str) -> dict[str, str]:
    return {"code": "Unauthorized", "description": why}

"""Checks of the network: the proxy and the certificates that are set, and whether each provider answers."""

from __future__ import annotations

import os
import re
from urllib.parse import urlsplit

from ..core import diagnosis
from ..core.diagnosis import Check
from .doctor_reaching import Reply
from .surroundings import Surroundings

PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy")
EXCEPTIONS = ("NO_PROXY", "no_proxy")
CERTIFICATES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
# Greedy: a password may have an @ of its own, and too much hidden is better than too little.
CREDENTIALS = re.compile(r"(^|//|[\s'\"])[^\s/'\"]*@|(//)\S*@")
TOO_MANY, REFUSED = 429, (401, 403, 407, 451)
ADVICE = (
    (("resolve proxy", "connect to proxy", "CONNECT tunnel", "proxy"), "look at the proxy variables above"),
    (
        ("certificate", "SSL", "TLS"),
        "if your network has certificates of its own: export SSL_CERT_FILE=/their/file.pem",
    ),
    (("resolve", "name"), "the name can't be looked up: look at the network connection"),
    (("timed out", "timeout"), "no answer in time: look at the connection; behind a proxy export HTTPS_PROXY"),
)
"""What to do about an error of the client with one of the words in it; the first row that fits."""
ELSE = "look at the network connection; behind a proxy export HTTPS_PROXY"


def proxy(here: Surroundings) -> Check:
    """The proxy that requests go through."""
    given = {name: value for name in PROXIES if (value := here.env.get(name))}
    if not given:
        return diagnosis.ok("proxy", "none is set")
    words = ", ".join(f"{name}={without_credentials(value)}" for name, value in given.items())
    for name, value in given.items():
        if name not in EXCEPTIONS and (why := _wrong(value)):
            return diagnosis.failure("proxy", f"{words}: {name} {why}", f"export {name}=http://host:port")
    return diagnosis.ok("proxy", words)


def certificates(here: Surroundings) -> Check:
    """The certificates that are trusted instead of the usual ones."""
    given = {name: value for name in CERTIFICATES if (value := here.env.get(name))}
    if not given:
        return diagnosis.ok("certificates", "the usual ones")
    for name, value in given.items():
        if not (os.path.isfile(value) and os.access(value, os.R_OK)):
            advice = f"set {name} to a file of certificates (PEM), or unset it"
            return diagnosis.failure("certificates", f"{name}={value} is no file that can be read", advice)
    files = {value: [name for name in given if given[name] == value] for value in given.values()}
    return diagnosis.ok("certificates", "; ".join(f"{', '.join(names)}: {value}" for value, names in files.items()))


def unasked(here: Surroundings) -> Check:
    """Why no provider is asked, and how they would be."""
    if here.settings.source == "yahoo":
        return diagnosis.ok("providers", "Yahoo and FRED are not asked: --offline")
    words = f"Yahoo and FRED are not asked: the source is {here.settings.source}"
    return diagnosis.ok("providers", words, "smallcap doctor --online asks them all the same")


def endpoint(name: str, here: Surroundings) -> Check:
    """Whether a provider answers."""
    reply = next((reply for reply in here.reach() if reply.name == name), None)
    if reply is None:
        return diagnosis.failure(name, "the process that asks said nothing of it", "run smallcap doctor again")
    return _judged(reply)


def without_credentials(text: str) -> str:
    """The text with what stands before an @, a name and a password perhaps, as three stars."""
    return CREDENTIALS.sub(lambda found: f"{found[1] or found[2] or ''}***@", text)


def _judged(reply: Reply) -> Check:
    """What came of a request, as a check."""
    name, took = reply.name, f"in {reply.took:.1f} s"
    if not reply.status:
        error = without_credentials(reply.error)
        advice = next((words for signs, words in ADVICE if any(sign in error for sign in signs)), ELSE)
        return diagnosis.failure(name, f"no answer {took}: {error}", advice)
    if reply.status == TOO_MANY:
        return diagnosis.warning(name, "reached; asks for a pause (429)", "wait: smallcap keeps the pause by itself")
    if reply.status in REFUSED:
        advice = "a proxy or a filter may be in the way: ask who runs the network"
        return diagnosis.failure(name, f"refused with {reply.status} {took}", advice)
    if reply.status != 200:
        return diagnosis.failure(name, f"answered {reply.status} {took}", f"{name} has trouble of its own: try later")
    if not reply.known:
        advice = "open a page in a browser first: a network that wants a login answers for everybody"
        return diagnosis.failure(name, f"something answered {took}, but not {name}", advice)
    return diagnosis.ok(name, f"answered {took}")


def _wrong(value: str) -> str:
    """What is wrong with a proxy's address; empty when nothing is."""
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        return "" if parts.hostname and parts.port != 0 else "names no host"
    except ValueError:
        return "has no port that is a number from 1 to 65535"

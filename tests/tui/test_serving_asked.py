"""`smallcap serve`: who may ask, and by which name, address and page."""

from __future__ import annotations

import shlex
import sys
from argparse import Namespace
from datetime import date

import pytest
from smallcap.core.errors import UsageError
from smallcap.tui.serve_flags import Options, app_command, options
from smallcap.tui.serve_gate import Gate, is_loopback
from smallcap.tui.serve_tabs import within
from smallcap.tui.serving import names, resolved, url

from tests.tui.test_serving import HOSTILE

LOCAL = Gate(frozenset({"localhost"}), anywhere=False)
OPEN = Gate(frozenset({"localhost", "box.local"}), anywhere=True)


@pytest.mark.parametrize(
    ("host", "origin", "allowed"),
    [
        ("127.0.0.1:8000", "http://127.0.0.1:8000", True),
        ("localhost:8000", "http://localhost:8000", True),
        ("LOCALHOST:8000", "http://localhost:8000", True),
        ("[::1]:8000", "http://[::1]:8000", True),
        ("localhost", "http://localhost", True),
        ("localhost:9000", "http://localhost:9000", True),  # a port that is forwarded
        ("localhost:8000", "https://localhost:8000", True),  # encrypted by something in front
        ("127.0.0.1:8000", "http://evil.example", False),
        ("127.0.0.1:8000", "http://127.0.0.1:3000", False),
        ("127.0.0.1:8000", "http://localhost:8000", False),
        ("127.0.0.1:8000", "null", False),
        ("127.0.0.1:8000", "", False),
        ("127.0.0.1:8000", "file://127.0.0.1:8000", False),
        ("evil.example:8000", "http://evil.example:8000", False),  # a name that its owner points here
        ("127.0.0.1.evil.example:8000", "http://127.0.0.1.evil.example:8000", False),
        ("localhost.evil.example", "http://localhost.evil.example", False),
        ("192.168.1.7:8000", "http://192.168.1.7:8000", False),
        ("evil@localhost:8000", "http://evil@localhost:8000", False),
        ("localhost:8000\n", "http://localhost:8000\n", False),
        ("", "http://", False),
    ],
)
def test_only_our_own_page_under_our_own_name_may_ask(host: str, origin: str, allowed: bool):
    assert (LOCAL.refusal(host, origin, needs_origin=True) == "") is allowed


def test_a_page_may_be_opened_without_an_origin_but_no_line_to_an_app():
    assert LOCAL.refusal("localhost:8000", None, needs_origin=False) == ""
    assert LOCAL.refusal("localhost:8000", None, needs_origin=True) != ""


def test_served_to_others_any_numeric_address_and_the_machines_name_may_be_asked_but_no_other_name():
    for host in ("192.168.1.7:8000", "[fd00::7]:8000", "box.local:8000"):
        assert OPEN.refusal(host, f"http://{host}", needs_origin=True) == ""
    assert OPEN.refusal("evil.example", "http://evil.example", needs_origin=True) != ""
    assert {"localhost", "example.lan"} < names(Options("Example.LAN", 0, True))
    assert names(Options("127.0.0.1", 0, False)) == {"localhost", "127.0.0.1"}


@pytest.mark.parametrize(
    ("address", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("localhost", False),
    ],
)
def test_what_only_this_machine_reaches(address: str, loopback: bool):
    assert is_loopback(address) is loopback


def test_a_name_is_judged_by_the_address_that_it_stands_for():
    assert is_loopback(resolved(Options("localhost", 0, False)))
    with pytest.raises(UsageError, match=r"--host 0 can be reached from other machines.*--anywhere"):
        resolved(Options("0", 0, False))
    assert resolved(Options("0", 0, True)) == "0.0.0.0"


def test_the_address_that_is_printed_can_be_opened():
    assert url("127.0.0.1", "127.0.0.1", 8000) == "http://127.0.0.1:8000/"
    assert url("::1", "::1", 8000) == "http://[::1]:8000/"
    assert url("0.0.0.0", "0.0.0.0", 8000) == "http://localhost:8000/"


def test_the_app_of_a_tab_gets_every_flag_as_one_word():
    args = Namespace(source=HOSTILE, as_of=date(2020, 3, 23), pair="IWM/SPY", theme="light", price_ratio=True)
    assert app_command(args)[4:] == (
        f"--source={HOSTILE}", "--as-of=2020-03-23", "--pair=IWM/SPY", "--theme=light", "--price-ratio",
    )  # fmt: skip
    assert tuple(shlex.split(shlex.join(app_command(args)))) == app_command(args)
    assert app_command(Namespace(ascii=True)) == (sys.executable, "-P", "-m", "smallcap.tui", "--ascii")


@pytest.mark.parametrize("port", ["-1", "65536", "x", "", "8000.0", "٣"])
def test_a_port_that_is_none_is_refused(port: str):
    with pytest.raises(UsageError, match=r"--port .* is not a whole number from 0 to 65535"):
        options(Namespace(host="127.0.0.1", port=port, anywhere=False))


def test_a_page_that_asks_for_a_million_columns_gets_a_thousand():
    assert [within(cells) for cells in (-5, 0, 80, 10**9)] == [1, 1, 80, 1000]

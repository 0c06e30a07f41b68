"""`smallcap doctor` on the network: no password shown, nobody asked unasked, and providers on 127.0.0.1."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from smallcap.core.errors import SmallcapError
from smallcap.tui import doctor_network
from smallcap.tui.doctor_asking import Heard
from smallcap.tui.doctor_reaching import Reply, reach
from smallcap.tui.surroundings import look_around

from tests.loopback import Loopback, World
from tests.tui.doctoring.conftest import AT, DOCTOR, NOW, Look, checked, reply, says


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("http://proxy:3128", "http://proxy:3128"),
        ("http://joe:secret@proxy:3128", "http://***@proxy:3128"),
        ("http://joe:sec@ret@proxy:3128", "http://***@proxy:3128"),
        ("http://joe:sec/ret@proxy:3128", "http://***@proxy:3128"),
        ("joe:secret@proxy:3128", "***@proxy:3128"),
        ("curl: (5) bad 'http://joe:secret@proxy:x'", "curl: (5) bad 'http://***@proxy:x'"),
    ],
)
def test_no_password_is_shown(value: str, shown: str):
    assert doctor_network.without_credentials(value) == shown


def test_a_proxy_is_shown_and_one_without_a_sound_address_is_a_failure(around: Look):
    says(doctor_network.proxy(around()), "ok", "none")
    says(
        doctor_network.proxy(around(HTTPS_PROXY="http://joe:secret@proxy:80")), "ok", "HTTPS_PROXY=http://***@proxy:80"
    )
    says(doctor_network.proxy(around(NO_PROXY="localhost,127.0.0.1")), "ok", "localhost")
    broken = doctor_network.proxy(around(https_proxy="http://joe:secret@proxy:port"))
    says(broken, "failure", "port", "export https_proxy")
    assert "secret" not in broken.found + broken.advice
    says(doctor_network.proxy(around(ALL_PROXY="http://")), "failure", "names no host")


def test_a_certificate_file_must_be_there(around: Look, tmp_path: Path):
    says(doctor_network.certificates(around()), "ok", "usual")
    missing = str(tmp_path / "none.pem")
    says(doctor_network.certificates(around(SSL_CERT_FILE=missing)), "failure", missing, "SSL_CERT_FILE")
    Path(missing).touch()
    says(doctor_network.certificates(around(SSL_CERT_FILE=missing, CURL_CA_BUNDLE=missing)), "ok", "CURL_CA_BUNDLE")


@pytest.mark.parametrize(
    ("came", "state", "words"),
    [
        (reply(), "ok", "answered in 0.3 s"),
        (reply(status=429), "warning", "pause"),
        (reply(status=403), "failure", "403"),
        (reply(status=502), "failure", "502"),
        (reply(known=False), "failure", "not Yahoo"),
        (reply(status=0, error="curl: (6) Could not resolve host: x"), "failure", "network connection"),
        (reply(status=0, error="curl: (60) SSL certificate problem"), "failure", "SSL_CERT_FILE"),
        (reply(status=0, error="curl: (5) Could not resolve proxy: x"), "failure", "proxy variables"),
        (reply(status=0, error="curl: (28) Connection timed out"), "failure", "HTTPS_PROXY"),
        (reply(status=0, error="curl: (7) Failed to connect"), "failure", "HTTPS_PROXY"),
        (reply("FRED"), "failure", "said nothing"),
    ],
)
def test_what_came_of_a_request(around: Look, came: Reply, state: str, words: str):
    says(doctor_network.endpoint("Yahoo", around(replies=(came,))), state, words)


def test_nobody_is_asked_unless_the_source_is_yahoo_or_it_is_wished(home: Path):
    def online(source: str | None, **flags: bool) -> bool:
        args = argparse.Namespace(**{"online": False, "offline": False, "source": source, **flags})
        return look_around(args, {"SMALLCAP_HOME": str(home)}, Heard).online

    assert [online(None), online("yahoo"), online("yahoo", offline=True), online("demo", online=True)] == [
        False, True, False, True
    ]  # fmt: skip
    (home / "smallcap.toml").write_text('source = "yahoo"')
    assert online(None)
    assert not online("demo")


def test_who_is_not_asked_is_said_with_how_to(around: Look):
    says(doctor_network.unasked(around()), "ok", "demo", "--online")
    says(doctor_network.unasked(around(source="yahoo")), "ok", "--offline")


def test_no_password_is_shown_when_the_client_repeats_it(around: Look):
    came = reply(status=0, error="curl: (5) Unsupported proxy syntax in 'http://joe:secret@proxy:x'")
    check = doctor_network.endpoint("Yahoo", around(replies=(came,)))
    says(check, "failure", "http://***@proxy", "proxy variables")
    assert "secret" not in check.found


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """Yahoo and FRED on 127.0.0.1."""
    with Loopback(World(AT, ("SPY",))) as loopback:
        yield SimpleNamespace(loopback=loopback, env=loopback.environment(tmp_path_factory.mktemp("client")))


def asked(net: SimpleNamespace, home: Path, *flags: str, **env: str) -> tuple[dict[str, Any], int]:
    """The whole command with the loopback as its network; the checks by name, and the exit code."""
    led = {**net.env, "SMALLCAP_HOME": str(home), "SMALLCAP_NOW": NOW, **env}
    done = subprocess.run([*DOCTOR, "--json", *flags], capture_output=True, text=True, env=led, check=False)
    assert done.stderr == ""
    return {check["name"]: check for check in checked(done.stdout)["checks"]}, done.returncode


def test_both_providers_are_asked_once_with_the_fetchers_client_and_their_clock_is_compared(net, home: Path):
    net.loopback.clear()
    made, code = asked(net, home, "--online")
    assert [made[name]["state"] for name in ("Yahoo", "FRED", "proxy", "certificates")] == ["ok"] * 4
    assert sorted((request.kind, request.status) for request in net.loopback.requests) == [
        ("chart", 200),
        ("fred", 200),
    ]
    assert net.loopback.leaks == []
    # The loopback's answers are dated in its own 2024.
    assert (made["clock"]["state"], code) == ("failure", 1)
    assert "days ahead of" in made["clock"]["found"]


def test_offline_asks_nobody_even_with_the_source_yahoo(net, home: Path):
    net.loopback.clear()
    made, code = asked(net, home, "--offline", "--source", "yahoo")
    assert (net.loopback.requests, code, made["providers"]["state"]) == ([], 0, "ok")


def test_faults_of_the_providers_are_told_one_by_one(net, home: Path):
    net.loopback.fault("chart", "429")
    net.loopback.fault("fred", "html")
    made, code = asked(net, home, "--source", "yahoo")
    net.loopback.heal()
    assert (made["Yahoo"]["state"], made["FRED"]["state"], code) == ("warning", "failure", 1)
    assert "not FRED" in made["FRED"]["found"]


def test_a_provider_that_hangs_ends_after_five_seconds(net, home: Path):
    net.loopback.fault("chart", "hang")
    began = time.monotonic()
    made, _ = asked(net, home, "--online")
    net.loopback.heal()
    assert time.monotonic() - began < 15
    assert (made["Yahoo"]["state"], made["FRED"]["state"]) == ("failure", "ok")
    assert "timed out" in made["Yahoo"]["found"]


def test_a_certificate_that_is_not_trusted_and_a_proxy_that_is_not_there_are_failures_with_advice(net, home: Path):
    strange = dict.fromkeys(("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"), "")
    made, _ = asked(net, home, "--online", **strange)
    assert "certificate" in made["Yahoo"]["found"]
    assert "SSL_CERT_FILE" in made["Yahoo"]["advice"]
    nowhere = dict.fromkeys(("HTTPS_PROXY", "https_proxy"), "http://joe:secret@127.0.0.1:9")
    made, _ = asked(net, home, "--online", **nowhere)
    assert made["FRED"]["state"] == "failure"
    assert "secret" not in json.dumps(made)


def test_one_of_the_usual_certificate_variables_is_enough_as_for_the_fetcher(net, home: Path):
    only = dict.fromkeys(("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"), "")
    unset = {name: value for name, value in net.env.items() if name not in only}
    made, _ = asked(SimpleNamespace(env=unset), home, "--online")
    assert (made["Yahoo"]["state"], made["FRED"]["state"]) == ("ok", "ok")


def test_a_process_that_asks_and_breaks_or_hangs_is_one_sentence():
    broken = (sys.executable, "-c", "raise SystemExit('no client here')")
    with pytest.raises(SmallcapError, match="no client here"):
        reach(AT, broken)
    with pytest.raises(SmallcapError, match="was not done after"):
        reach(AT, (sys.executable, "-c", "import time; time.sleep(60)"), 0.5)
    with pytest.raises(SmallcapError, match="can't be started"):
        reach(AT, ("/nonexistent/python",))

"""The loopback as a network: cut off, strange hosts, many clients, and nothing left open at its end."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from datetime import date

from tests.loopback import Loopback, World
from tests.loopback.conftest import CHART, OPEN, status


def test_offline_cuts_what_is_open_and_refuses_what_comes(market):
    assert status(market, f"{CHART}/IWM") == 200
    market.net.offline()
    began = time.monotonic()
    assert market.client.fails(f"session.get('{CHART}/IWM')") in {"ConnectionError", "ProxyError"}
    assert time.monotonic() - began < 1.0
    assert market.net.count() == 1
    market.net.heal()
    assert status(market, f"{CHART}/IWM") == 200


def test_an_unknown_host_is_refused_and_told(shared):
    shared.net.clear()
    assert shared.client.fails("session.get('https://example.org/')") in {"ConnectionError", "ProxyError"}
    assert shared.client.run("answer = session.get('http://example.net/').status_code") == 403
    assert shared.net.leaks == ["example.org:443", "example.net"]
    assert shared.net.count() == 0


def test_twenty_clients_at_once_are_all_answered_the_same(market):
    lines = f"""
from concurrent.futures import ThreadPoolExecutor
def fetch(_):
    with Session(impersonate="chrome") as own:
        return {{own.get('{CHART}/IWM', params={{"range": "max"}}).text for _ in range(3)}}
with ThreadPoolExecutor(20) as pool:
    answer = len(set().union(*pool.map(fetch, range(20))))
"""
    assert market.client.run(lines) == 1
    assert market.net.count("chart") == 60
    assert {r.status for r in market.net.requests} == {200}


def test_leaving_ends_hanging_requests_and_half_open_connections_at_once(tmp_path):
    before = set(threading.enumerate())
    with Loopback(World(OPEN, ("IWM",), date(2024, 1, 2))) as net:
        net.fault("*", "hang")
        port = int(net.environment(tmp_path)["HTTPS_PROXY"].rpartition(":")[2])
        with contextlib.ExitStack() as stack:
            silent, halfway = (stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(2))
            halfway.sendall(b"CONNECT fc.yahoo.com:443 HTTP/1.1\r\n\r\n")
            assert halfway.recv(64).startswith(b"HTTP/1.1 200")
            asking = stack.enter_context(connected(net, port, tmp_path))
            asking.sendall(b"GET / HTTP/1.1\r\nHost: fc.yahoo.com\r\n\r\n")
            while not net.count("cookie"):
                pass
            began = time.monotonic()
            net.__exit__(None, None, None)
            assert time.monotonic() - began < 1.0
            assert set(threading.enumerate()) <= before
            assert silent.recv(1) == b""


def test_healing_closes_what_hangs_without_an_answer(market, tmp_path):
    market.net.fault("cookie", "hang")
    port = int(market.environment["HTTPS_PROXY"].rpartition(":")[2])
    with connected(market.net, port, tmp_path) as asking:
        asking.sendall(b"GET / HTTP/1.1\r\nHost: fc.yahoo.com\r\n\r\n")
        while not market.net.count("cookie"):
            pass
        market.net.heal()
        asking.settimeout(3.0)
        with contextlib.suppress(ssl.SSLError):
            assert asking.recv(1) == b""


def connected(net: Loopback, port: int, folder) -> socket.socket:
    """A TLS connection through the proxy, whose certificate is checked."""
    sock = socket.create_connection(("127.0.0.1", port))
    sock.sendall(b"CONNECT fc.yahoo.com:443 HTTP/1.1\r\n\r\n")
    assert sock.recv(64).startswith(b"HTTP/1.1 200")
    context = ssl.create_default_context(cafile=net.environment(folder)["SSL_CERT_FILE"])
    return context.wrap_socket(sock, server_hostname="fc.yahoo.com")

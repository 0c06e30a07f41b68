"""yfinance's caches: nobody else's, replaced when damaged, done without where there can be none."""

from __future__ import annotations

from tests.core.live.yahoo.conftest import SETUP, ask
from tests.loopback.client import Client


def test_the_caches_folder_is_nobody_elses(market, tmp_path):
    cache = tmp_path / "deep" / "cache"
    assert ask(market, f"module._kept(Path({str(cache)!r}))") is True
    assert oct(cache.stat().st_mode & 0o777) == "0o700"
    cache.chmod(0o777)
    assert ask(market, f"module._kept(Path({str(cache)!r}))") is True
    assert oct(cache.stat().st_mode & 0o777) == "0o700"


def test_a_damaged_cache_is_taken_away(market, tmp_path):
    for name in ("tkr-tz.db", "cookies.db"):
        (tmp_path / name).write_bytes(b"no database at all" * 100)
    (tmp_path / "cookies.db-wal").write_bytes(b"old")
    assert ask(market, f"module._kept(Path({str(tmp_path)!r}))") is True
    assert not (tmp_path / "cookies.db-wal").exists()
    assert ask(market, f"module._kept(Path({str(tmp_path)!r}))") is True


def test_where_no_cache_can_be_kept_the_client_does_without(market, tmp_path):
    (tmp_path / "file").write_text("in the way")
    assert ask(market, f"module._kept(Path({str(tmp_path / 'file' / 'cache')!r}))") is False
    (tmp_path / "tkr-tz.db").mkdir()
    assert ask(market, f"module._kept(Path({str(tmp_path)!r}))") is False
    environment = market.net.environment(market.folder)
    with Client(environment, SETUP) as client:
        client.run(f"prepare(Path({str(tmp_path / 'file' / 'cache')!r}), ['IWM'])\nfresh()")
        assert len(client.run("answer = daily('IWM', '1mo')")["sessions"]) == 23


def test_a_time_zone_that_cannot_be_written_down_ends_nothing(market):
    market.client.run(
        "class Full:\n    def store(self, *given): raise sqlite3.OperationalError('database or disk is full')\n"
        "kept = yf.cache.get_tz_cache\nyf.cache.get_tz_cache = Full\n"
        "try:\n    module.know_zone('IWM')\nfinally:\n    yf.cache.get_tz_cache = kept"
    )

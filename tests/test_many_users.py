"""Three sessions of one user on one store: one fetches, a key is answered while another writes, and one takes over."""

from __future__ import annotations

from pathlib import Path

from benchmarks.many_users import looked_at

PATIENT = 30.0


def test_three_sessions_share_one_fetcher_and_another_takes_over(tmp_path: Path):
    seen = looked_at(tmp_path, 3, 2.0)
    assert seen.fetchers == 1
    assert seen.sent == 0
    assert max(seen.keys) < 5000
    assert seen.taken_over < PATIENT
    assert max(one.own for one in seen.memory) < 90

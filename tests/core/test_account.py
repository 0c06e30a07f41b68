"""The account: kept whole or not at all, private, and never taken over when it makes no sense."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core import account
from smallcap.core.errors import SmallcapError
from smallcap.core.settings import Settings

CHOSEN = {"equity": 50_000.0, "risk_fraction": 0.005, "stop_atr": 3.0, "max_weight": 0.5, "target_vol": 0.1}


def test_what_was_remembered_is_read_and_can_be_forgotten(tmp_path: Path):
    path = tmp_path / "new" / "account.json"
    assert account.read(path) == {}
    account.remember(path, CHOSEN)
    assert account.read(path) == CHOSEN
    assert Settings().but(**account.read(path)) == Settings(**CHOSEN)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["account.json"]
    account.forget(path)
    account.forget(path)
    assert account.read(path) == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        ("[1]", {}),
        ("null", {}),
        ("[" * 100_000, {}),
        ('{"equity": -5, "risk_fraction": 0.02}', {"risk_fraction": 0.02}),
        ('{"equity": "5", "stop_atr": true, "max_weight": 2}', {"equity": 5.0}),
        ('{"equity": 1e999, "target_vol": null, "source": "x"}', {}),
    ],
)
def test_of_a_damaged_file_only_what_is_sound_is_taken(tmp_path: Path, text: str, found: dict[str, float]):
    path = tmp_path / "account.json"
    path.write_text(text)
    assert account.read(path) == found


def test_what_was_not_chosen_is_left_as_it_was(tmp_path: Path):
    path = tmp_path / "account.json"
    account.remember(path, {"equity": 5.0})
    account.remember(path, {"stop_atr": 3.0, "equity": 6.0})
    assert account.read(path) == {"equity": 6.0, "stop_atr": 3.0}


def test_what_cannot_be_written_is_said_and_the_old_one_stays(tmp_path: Path):
    path = tmp_path / "account.json"
    account.remember(path, CHOSEN)
    (tmp_path / ".account.json.part").mkdir()
    with pytest.raises(SmallcapError, match=r"the account can't be remembered in .*account.json: Is a directory"):
        account.remember(path, {"equity": 1.0})
    assert account.read(path) == CHOSEN
    with pytest.raises(SmallcapError, match=r"can't be taken away"):
        account.forget(tmp_path)


@given(st.floats(0.01, 1e12), st.floats(0, 0.1, exclude_min=True), st.floats(0, 1, exclude_min=True))
def test_every_account_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, equity, risk, weight):
    path = tmp_path_factory.mktemp("home") / "account.json"
    chosen = {"equity": equity, "risk_fraction": risk, "max_weight": weight}
    account.remember(path, chosen)
    assert account.read(path) == chosen

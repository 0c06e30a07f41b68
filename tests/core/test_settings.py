"""Settings: every wrong key, type and range is one sentence that names file, key, value and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest
from smallcap.core.errors import UsageError
from smallcap.core.settings import KEYS, Settings, number, parse, read


def test_no_file_means_the_defaults(tmp_path: Path):
    assert read(tmp_path / "smallcap.toml") == Settings()


def test_a_file_is_read_with_percentages_and_lower_case_tickers(tmp_path: Path):
    file = tmp_path / "smallcap.toml"
    file.write_text('equity = 50000\nrisk_fraction = "0.5%"\nwatchlist = ["iwm", "kre"]\nprice_ratio = true\n')
    made = read(file)
    assert (made.equity, made.risk_fraction) == (50_000.0, 0.005)
    assert made.watchlist == ("IWM", "KRE")
    assert made.price_ratio is True


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"equty": 1}, "f: 'equty' is not a key; did you mean equity?"),
        ({"equity": "much"}, "f: equity 'much' is not a number like 0.01 or 1%"),
        ({"equity": 0}, "f: equity 0 is not above 0"),
        ({"equity": float("nan")}, "f: equity nan is not a finite number"),
        ({"equity": True}, "f: equity True is not a number like 0.01 or 1%"),
        ({"risk_fraction": 0.2}, "f: risk_fraction 0.2 is not above 0 and at most 0.1"),
        ({"range": "2Y"}, "f: range '2Y' is not one of 1M, 3M, 6M, YTD, 1Y, 5Y, max"),
        ({"watchlist": "IWM"}, "f: watchlist 'IWM' is not a list of tickers like ['IWM', 'SPY']"),
        ({"watchlist": []}, "f: watchlist [] is not a list of tickers like ['IWM', 'SPY']"),
        ({"price_ratio": 1}, "f: price_ratio 1 is not true or false"),
        ({"pair": 3}, "f: pair 3 is not text in quotes"),
    ],
)
def test_a_wrong_value_is_refused_by_name(given: dict[str, object], says: str):
    with pytest.raises(UsageError) as refused:
        parse(given, "f")
    assert str(refused.value) == says


def test_a_broken_file_names_itself(tmp_path: Path):
    file = tmp_path / "smallcap.toml"
    file.write_text("equity = = 3")
    with pytest.raises(UsageError, match=r"smallcap.toml can't be read"):
        read(file)


@pytest.mark.parametrize(
    ("text", "value"), [("1%", 0.01), ("0.01", 0.01), (" 12.5 % ", 0.125), ("100,000", 1e5), (3, 3.0)]
)
def test_numbers_as_people_write_them(text: object, value: float):
    assert number("n", text) == pytest.approx(value)


def test_every_key_is_a_setting_and_the_other_way_round():
    assert {key.name for key in KEYS} == set(Settings.__dataclass_fields__)

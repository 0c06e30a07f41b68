"""Settings: every wrong key, type and range is one sentence that names file, key, value and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core import settings
from smallcap.core.composite import KEYS as SIGNALS
from smallcap.core.errors import UsageError
from smallcap.core.settings import KEYS, Settings, number, parse, read
from smallcap.core.settings import given as given_by


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
        ({"range": "2Y"}, "f: range '2Y' is not one of 1D, 5D, 1M, 3M, 6M, YTD, 1Y, 5Y, max"),
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
    ("text", "value"),
    [("1%", 0.01), ("0.07%", 0.0007), ("0.01", 0.01), (" 12.5 % ", 0.125), ("100,000", 1e5), (3, 3.0)],
)
def test_numbers_as_people_write_them(text: object, value: float):
    assert number("n", text) == pytest.approx(value)


def test_every_key_is_a_setting_and_the_other_way_round():
    assert {key.name for key in KEYS} == set(Settings.__dataclass_fields__)


def test_weights_are_read_from_a_table_of_the_file_numbers_and_percentages_alike(tmp_path: Path):
    file = tmp_path / "smallcap.toml"
    file.write_text('equity = 50000\n[composite_weights]\nrsi = 2\nvolume = "50%"\nbreadth = 0\n')
    assert dict(read(file).composite_weights) == {"rsi": 2.0, "volume": 0.5, "breadth": 0.0}
    assert read(file).equity == 50_000.0


def test_no_weights_mean_equal_ones():
    assert Settings().composite_weights == ()
    assert parse({"composite_weights": {}}, "f") == Settings()


@pytest.mark.parametrize("key", SIGNALS)
def test_every_signal_can_be_weighed_from_0_to_100(key: str):
    for weight in (0, 0.5, 1, 100):
        assert parse({"composite_weights": {key: weight}}, "f").composite_weights == ((key, float(weight)),)


@pytest.mark.parametrize("key", SIGNALS)
def test_one_weight_above_0_is_enough(key: str):
    weights = dict.fromkeys(SIGNALS, 0) | {key: 0.001}
    assert dict(parse({"composite_weights": weights}, "f").composite_weights)[key] == 0.001


def test_weights_of_0_are_refused_only_when_they_are_all():
    fewer = dict.fromkeys(SIGNALS[:-1], 0)
    assert dict(parse({"composite_weights": fewer}, "f").composite_weights) == fewer
    with pytest.raises(UsageError) as refused:
        parse({"composite_weights": dict.fromkeys(SIGNALS, 0)}, "f")
    assert str(refused.value) == "f: composite_weights leaves every signal out: at least one weight must be above 0"


@pytest.mark.parametrize(
    ("weights", "says"),
    [
        ({"rsy": 1}, "f: composite_weights.rsy is not a signal; did you mean rsi?"),
        ({"Fibonaci": 1}, "f: composite_weights.Fibonaci is not a signal; did you mean fibonacci?"),
        ({"RSI": 1}, "f: composite_weights.RSI is not a signal; did you mean rsi?"),
        ({"zzz": 1}, f"f: composite_weights.zzz is not a signal; they are {', '.join(SIGNALS)}"),
        ({"rsi": -1}, "f: composite_weights.rsi -1 is not from 0 to 100"),
        ({"rsi": 1, "macd": -0.001}, "f: composite_weights.macd -0.001 is not from 0 to 100"),
        ({"rsi": "-5%"}, "f: composite_weights.rsi -0.05 is not from 0 to 100"),
        ({"rsi": 101}, "f: composite_weights.rsi 101 is not from 0 to 100"),
        ({"rsi": float("inf")}, "f: composite_weights.rsi inf is not a finite number"),
        ({"rsi": float("nan")}, "f: composite_weights.rsi nan is not a finite number"),
        ({"rsi": "heavy"}, "f: composite_weights.rsi 'heavy' is not a number like 0.01 or 1%"),
        ({"rsi": True}, "f: composite_weights.rsi True is not a number like 0.01 or 1%"),
        ({"rsi": {}}, "f: composite_weights.rsi {} is not a number like 0.01 or 1%"),
        (2, "f: composite_weights 2 is not a table like {trend = 2, rsi = 0.5}"),
        ([1, 2], "f: composite_weights [1, 2] is not a table like {trend = 2, rsi = 0.5}"),
        ("rsi", "f: composite_weights 'rsi' is not a table like {trend = 2, rsi = 0.5}"),
    ],
)
def test_wrong_weights_are_refused_by_file_and_key(weights: object, says: str):
    with pytest.raises(UsageError) as refused:
        parse({"composite_weights": weights}, "f")
    assert str(refused.value) == says


def test_wrong_weights_in_a_file_name_the_file(tmp_path: Path):
    file = tmp_path / "smallcap.toml"
    file.write_text("[composite_weights]\nrsi = -2\n")
    with pytest.raises(UsageError) as refused:
        read(file)
    assert str(refused.value) == f"{file}: composite_weights.rsi -2 is not from 0 to 100"


@given(
    st.dictionaries(
        st.one_of(*[st.sampled_from(SIGNALS)] * 4, st.text(max_size=12)),
        st.one_of(*[st.floats(-10, 110)] * 4, st.floats(), st.text(max_size=6), st.none(), st.booleans()),
        max_size=8,
    )
)
def test_any_table_is_either_weights_within_the_range_or_refused_by_file_and_key(weights: dict[str, object]):
    said, made = "f: composite_weights", ()
    try:
        made = parse({"composite_weights": weights}, "f").composite_weights
    except UsageError as error:
        said = str(error)
    assert said.startswith("f: composite_weights")
    assert all(key in SIGNALS and 0 <= weight <= 100 for key, weight in made)


@pytest.mark.parametrize("text", ["0,5%", "0,5", "1,00", "12,34,567", "1,0000", ",5"])
def test_a_decimal_comma_is_refused_and_never_dropped(text: str):
    with pytest.raises(UsageError, match=r"is not a number like 0\.01 or 1%"):
        number("--risk", text)


@pytest.mark.parametrize(("text", "value"), [("1,234,567.5", 1_234_567.5), ("-100,000", -1e5), ("1,000%", 10.0)])
def test_commas_between_thousands_are_read(text: str, value: float):
    assert number("equity", text) == value


def test_keys_are_read_from_a_table_of_the_file(tmp_path: Path):
    file = tmp_path / "smallcap.toml"
    file.write_text('[keys]\nnext_ticker = "n"\ndashboard = ["H", "f5"]\n')
    assert read(file).keys == (("next_ticker", ("n",)), ("dashboard", ("H", "f5")))
    file.write_text('[keys]\nnext_ticker = "ctrl+"\n')
    with pytest.raises(UsageError) as refused:
        read(file)
    assert str(refused.value).startswith(f"{file}: keys.next_ticker 'ctrl+' is not a key; write one like j")


def test_a_list_that_is_empty_by_itself_may_be_given_as_empty():
    assert parse({"recent": []}, "f") == Settings()
    for wrong in ("", {}, 0, None, ["IWM", ""]):
        with pytest.raises(UsageError, match="is not a list of tickers"):
            parse({"recent": wrong}, "f")


def test_an_old_name_is_read_and_said_to_be_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "RENAMED", {"capital": "equity"})
    file = tmp_path / "smallcap.toml"
    file.write_text('capital = 5000\nrange = "1Y"\n')
    found = given_by(file)
    assert found.settings == Settings(equity=5000.0)
    assert found.names == {"equity", "range"}
    assert found.warnings == (f"{file}: 'capital' is now called 'equity': rename it",)
    file.write_text("capital = -1\n")
    with pytest.raises(UsageError) as refused:
        read(file)
    assert str(refused.value) == f"{file}: equity -1 is not above 0"


def test_an_old_name_beside_the_new_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(settings, "RENAMED", {"capital": "equity"})
    file = tmp_path / "smallcap.toml"
    file.write_text("capital = 5000\nequity = 5000\n")
    with pytest.raises(UsageError) as refused:
        read(file)
    assert str(refused.value) == f"{file}: 'capital' is now 'equity' and both are given: take 'capital' out"


def test_no_old_name_is_a_key_and_every_new_one_is():
    known = {key.name for key in KEYS}
    assert known.isdisjoint(settings.RENAMED)
    assert known >= set(settings.RENAMED.values())


def test_a_file_gives_the_keys_that_it_names_and_no_file_none(tmp_path: Path):
    file = tmp_path / "smallcap.toml"
    assert given_by(file) == (Settings(), frozenset(), ())
    file.write_text('range = "1Y"\n')
    assert given_by(file) == (Settings(), {"range"}, ())

"""Questions: how the text of an answer becomes a value, and what is said when it can't."""

from __future__ import annotations

from datetime import date

import pytest
from smallcap.core.errors import UsageError
from smallcap.core.framework.question import Choice, Parse, amount, day, holdings, one_of, optional, ticker

SIDES = (Choice("long", ""), Choice("short", ""))


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (amount(), " 25,000 ", 25_000.0),
        (amount(), "1%", 0.01),
        (amount(above=False), "0", 0.0),
        (amount(5.0, 10.0, above=False), "5", 5.0),
        (amount(5.0, 10.0), "10", 10.0),
        (optional(amount()), "  ", None),
        (optional(amount()), "3", 3.0),
        (one_of(SIDES), " Long ", "long"),
        (ticker, " iwm ", "IWM"),
        (ticker, "^vix", "^VIX"),
        (day, "2020-03-23", date(2020, 3, 23)),
        (holdings, "", {}),
        (holdings, "iwm=120, SPY=0  qqq=3", {"IWM": 120, "SPY": 0, "QQQ": 3}),
    ],
)
def test_a_text_becomes_a_value(parse: Parse, text: str, value: object):
    assert parse("it", text) == value


@pytest.mark.parametrize(
    ("parse", "text", "words"),
    [
        (amount(), "0", "it 0 is not above 0"),
        (amount(), "-3", "it -3 is not above 0"),
        (amount(above=False), "-3", "it -3 is not from 0"),
        (amount(high=0.1, above=False, unit="%"), "11%", "it 11% is not from 0% to 10%"),
        (amount(), "", "it '' is not a number"),
        (amount(), "nan", "it nan is not a finite number"),
        (amount(), "1e999", "it 1e999 is not a finite number"),
        (amount(), "1,5", "it '1,5' is not a number"),
        (optional(amount()), "x", "it 'x' is not a number"),
        (one_of(SIDES), "lang", "it 'lang' is not an answer; did you mean long?"),
        (one_of(SIDES), "", "it '' is not an answer; it is one of long, short"),
        (ticker, "../x", "it '../x' is not a ticker like IWM"),
        (ticker, "[red]", "it '[red]' is not a ticker"),
        (day, "23.3.2020", "it '23.3.2020' is not a date like 2020-03-23"),
        (holdings, "IWM", "it 'IWM' is not a ticker and whole shares like IWM=120"),
        (holdings, "IWM=1.5", "it 'IWM=1.5' is not a ticker and whole shares"),
        (holdings, "IWM=-1", "it 'IWM=-1' is not a ticker and whole shares"),
        (holdings, "IWM=1 iwm=2", "it names IWM twice"),
    ],
)
def test_what_is_wrong_is_said_with_the_field_and_the_value(parse: Parse, text: str, words: str):
    with pytest.raises(UsageError) as error:
        parse("it", text)
    assert words in str(error.value)

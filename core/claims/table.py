"""The table of claims: what people say, where they say it, what exactly is computed, and the rule it is held to."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..context import ATR_HIGH, ATR_LOW, CREDIT
from . import conditions, funds, levels, rates, seasons
from .card import Finding
from .market import CYCLE, LARGE, SMALL, Market
from .verdict import Direction, Range, Rule

BOTH = (SMALL, LARGE)


class Claim(NamedTuple):
    """One row: its key, the sentence as people say it, where, what is computed, from which tickers and series.

    `unit` is a key of card.UNITS, `rule` what the verdict is read from, `test` what is computed.
    """

    key: str
    claim: str
    said_by: str
    definition: str
    needs: tuple[str, ...]
    series: tuple[str, ...]
    unit: str
    rule: Rule
    test: Callable[[Market], Finding]


CLAIMS = (
    Claim(
        "atr_level",
        "IWM's average true range is 1.5 to 2.5 % of its price",
        "position-sizing guides",
        "mean of ATR(14) / close of IWM over all sessions; inside 1.5 to 2.5 % with its interval",
        (SMALL,), (), "level", Range(ATR_LOW, ATR_HIGH), levels.atr_level,
    ),
    Claim(
        "atr_like_qqq",
        "IWM moves about as much in a day as QQQ",
        "position-sizing guides",
        "mean of IWM's ATR(14) / close over QQQ's on the same session; inside 0.9 to 1.1 with its interval",
        (SMALL, "QQQ"), (), "times", Range(0.9, 1.1), levels.atr_like_qqq,
    ),
    Claim(
        "yield_falls",
        "Small caps gain on large caps when the 2-year yield falls",
        "rate-rotation commentary of brokers and fund houses",
        "correlation of the 63-session log change of IWM/SPY with that of DGS2 as known on the same sessions; below 0",
        BOTH, ("DGS2",), "correlation", Direction(-1), rates.yield_falls,
    ),
    Claim(
        "rsi_dips",
        "Buying IWM's dips to an RSI of 35 to 42 pays",
        "swing-trading guides",
        "IWM's return of 21 sessions after an RSI(14) of 35 to 42, less that after other sessions; above 0",
        (SMALL,), (), "fraction", Direction(1), conditions.rsi_dips,
    ),
    Claim(
        "volume_event",
        "Volume of two to three times its average marks risk-on",
        "brokers' risk-on checklists",
        "IWM/SPY's change of 21 sessions after IWM's volume was at least twice the mean of the 20 before, less that "
        "after other sessions; above 0",
        BOTH, (), "fraction", Direction(1), conditions.volume_event,
    ),
    Claim(
        "ahead_of_qqq",
        "IWM ahead of QQQ over 20 days is a healthy market",
        "market-breadth commentary",
        "SPY's return of 21 sessions after IWM's relative performance(20) to QQQ was above 0, less that after other "
        "sessions; above 0",
        (SMALL, LARGE, "QQQ"), (), "fraction", Direction(1), conditions.ahead_of_qqq,
    ),
    Claim(
        "rising_ratio",
        "A rising IWM/SPY ratio is risk-on",
        "brokers' risk-on checklists",
        "IWM's return of 21 sessions while the mean of 50 of IWM/SPY is above its value 20 sessions ago, less that "
        "after other sessions; above 0",
        BOTH, (), "fraction", Direction(1), conditions.rising_ratio,
    ),
    Claim(
        "sector_confirmation",
        "Cyclical sectors that confirm a rising ratio make it stronger",
        "sector-rotation guides",
        "IWM's return of 21 sessions while the ratio rises and the confirmation axis is CONFIRMED, less that of rises "
        "that are not confirmed; above 0",
        (*BOTH, *conditions.SECTORS), (), "fraction", Direction(1), conditions.sector_confirmation,
    ),
    Claim(
        "narrow_highs",
        "Highs of the index that small caps don't share are fragile",
        "market-breadth commentary",
        "SPY's deepest fall within 63 sessions after SPY or QQQ closed within 2 % of its 252-session high while "
        "leadership was LAGGING, less that after such highs otherwise; below 0",
        (SMALL, LARGE, "QQQ"), (), "fraction", Direction(-1), conditions.narrow_highs,
    ),
    Claim(
        "cuts_begin",
        "Small caps lead when rate cuts begin",
        "rate-rotation commentary of brokers and fund houses",
        "IWM/SPY's change of 63 sessions after the rate cycle turned CUTTING, the first time in 252 sessions, less "
        "that after other sessions; above 0",
        BOTH, (CYCLE,), "fraction", Direction(1), rates.cuts_begin,
    ),
    Claim(
        "hikes_lag",
        "Small caps lag while rates are raised",
        "rate-rotation commentary of brokers and fund houses",
        "IWM/SPY's change of 63 sessions after a session in the rate cycle HIKING, less that after other sessions; "
        "below 0",
        BOTH, (CYCLE,), "fraction", Direction(-1), rates.hikes_lag,
    ),
    Claim(
        "june_reconstitution",
        "Small caps gain on large caps ahead of June's Russell reconstitution",
        "seasonality calendars and brokers' notes on the reconstitution",
        "IWM/SPY's mean log return over the 21 sessions up to the fourth Friday of June, less that of as many other "
        "sessions, from 2007 on; above 0",
        BOTH, (), "fraction", Direction(1), seasons.june_reconstitution,
    ),
    Claim(
        "small_cap_premium",
        "Small caps earn more than large caps in the long run",
        "textbooks on investing and factor-fund marketing",
        "mean daily log return of IWM/SPY on total return, times 252; above 0",
        BOTH, (), "fraction", Direction(1), funds.small_cap_premium,
    ),
    Claim(
        "fee_drag",
        "0.16 points of fee cost 40 to 60 thousand dollars on 100,000 in 30 years",
        "fund-cost comparisons",
        "100,000 dollars for 30 years at 8 % before fees of 0.19 % and of 0.03 %; the difference is inside 40,000 to "
        "60,000",
        (), (), "dollars", Range(40_000.0, 60_000.0), funds.fee_drag,
    ),
    Claim(
        "fee_drag_vtwo",
        "A cheaper Russell 2000 fund saves 40 to 60 thousand dollars on 100,000 in 30 years",
        "fund-cost comparisons",
        "100,000 dollars for 30 years at 8 % before IWM's fee of 0.19 % and VTWO's of 0.10 % until 2024; the "
        "difference is inside 40,000 to 60,000",
        (), (), "dollars", Range(40_000.0, 60_000.0), funds.fee_drag_vtwo,
    ),
    Claim(
        "near_identical",
        "Funds of the Russell 2000 are near-identical",
        "fund comparisons for index investors",
        "mean daily log return of IWM/VTWO on total return, times 252; inside -0.25 to 0.25 % a year with its interval",
        (SMALL, funds.TWIN), (), "fraction", Range(-0.0025, 0.0025), funds.near_identical,
    ),
    Claim(
        "january",
        "Small caps beat large caps in January",
        "seasonality calendars",
        "IWM/SPY's mean log return over 21 sessions of January, less that of as many other sessions; above 0",
        BOTH, (), "fraction", Direction(1), seasons.january,
    ),
    Claim(
        "sell_in_may",
        "Sell in May and go away",
        "an old market saying",
        "IWM's mean log return over 126 sessions from May to October, less that of as many other sessions; below 0",
        (SMALL,), (), "fraction", Direction(-1), seasons.sell_in_may,
    ),
    Claim(
        "turn_of_month",
        "Small caps rise around the turn of the month",
        "seasonality calendars",
        "IWM's mean log return over the last session of a month and the first three of the next, less that of as many "
        "other sessions; above 0",
        (SMALL,), (), "fraction", Direction(1), seasons.turn_of_month,
    ),
    Claim(
        "golden_cross",
        "A golden cross of the ratio starts a run of small caps",
        "technical-analysis guides",
        "IWM/SPY's change of 63 sessions after its mean of 50 crossed above its mean of 200, less that after other "
        "sessions; above 0",
        BOTH, (), "fraction", Direction(1), conditions.golden_cross,
    ),
    Claim(
        "breakout",
        "A breakout of the ratio to a 20-day high goes on",
        "trend-following guides",
        "IWM/SPY's change of 21 sessions after its highest close of 20, less that after other sessions; above 0",
        BOTH, (), "fraction", Direction(1), conditions.breakout,
    ),
    Claim(
        "fear",
        "Buy small caps when the VIX is high",
        "contrarian commentary",
        "IWM's return of 21 sessions after VIXCLS, as known, was in the highest tenth of its last 252 sessions, less "
        "that after other sessions; above 0",
        (SMALL,), ("VIXCLS",), "fraction", Direction(1), conditions.fear,
    ),
    Claim(
        "credit",
        "HYG over IEF above its average is risk-on for small caps",
        "cross-asset risk checklists",
        "IWM's return of 21 sessions while HYG/IEF is above its mean of 50, less that after other sessions; above 0",
        (SMALL, *CREDIT), (), "fraction", Direction(1), conditions.credit,
    ),
)  # fmt: skip

"""The documentation: every link leads somewhere, and docs/formulas.md names and quotes what the code has."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from smallcap.core import axes, composite, context, indicators, macro, regime, rotation, signals, sizing, watch
from smallcap.core.claims import verdict
from smallcap.core.evidence import (
    analogues,
    bootstrap,
    followed,
    fragility,
    labels,
    multiplicity,
    table,
    universe,
    worth,
)
from smallcap.core.evidence.document import COLUMNS
from smallcap.core.framework import analyst_divergences, checklist, rebalance, review, target, trade
from smallcap.core.overlays import BAND_DEVIATIONS, CHANNEL, CHANNEL_DEVIATIONS, KEPT_PIVOTS, OVERLAYS, PIVOT, SWING
from smallcap.core.panes import PANES, RSI_DIP, VERSUS
from smallcap.core.rule import RULE
from smallcap.core.settings import DEFAULTS
from smallcap.core.settings import KEYS as SETTINGS
from smallcap.core.studies import STUDIES

from benchmarks.pictures import PICTURES
from tests.conftest import ROOT

PAGES = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")))
FORMULAS = (ROOT / "docs" / "formulas.md").read_text(encoding="utf-8")
SIZING_STEPS = (
    "risk budget", "stop", "shares at that stop", "multiplier", "position cap", "volatility cap", "cash", "whole shares"
)  # fmt: skip
NAMED = {
    "Indicators of a ticker": [row.key for row in STUDIES],
    "The three axes": [part.key for part in axes.LEADERSHIP_PARTS] + [axis.key for axis in axes.AXES],
    "The composite": [signal.key for signal in composite.SIGNALS],
    "Macro": [row.series for row in macro.MACRO],
    "Sectors and charts": [row.key for row in (*OVERLAYS, *PANES)],
    "Sizing": list(SIZING_STEPS),
    "Evidence": [*COLUMNS, *(row.key for row in (*analogues.FEATURES, *worth.EXPOSURES))],
    "Plans": [row.key for row in analyst_divergences.DIVERGENCES],
}
"""What a section must name in code letters, from the code's own tables."""


def percent(value: float) -> str:
    """`1.5 %`."""
    return f"{100 * value:.4g} %"


def words(values: Iterable[str]) -> str:
    return ", ".join(values)


def quoted() -> dict[str, list[str]]:
    """What each section must say, with the parameters of the code in it."""
    size = sizing.Request(equity=1.0, entry=1.0)
    short = RULE.short
    return {
        "Prices and the ratio": [f"A's change over {watch.WATCH_WINDOW} sessions"],
        "Indicators of a ticker": [
            f"levels are {words(percent(level) for level in indicators.FIBONACCI_LEVELS[:-1])} and "
            f"{percent(indicators.FIBONACCI_LEVELS[-1])}",
            f"less than {indicators.TIE:g} of their size",
            f"sqrt({indicators.TRADING_DAYS})",
        ],
        "The three axes": [
            f"**{RULE.dwell} closes in a row**",
            *(f"`{axis.key}` | {words(axis.states)} |" for axis in axes.AXES),
            *(f"| {axis.enter:g}, {axis.exit:g} |" for axis in axes.AXES),
            f"c the mean over {words(axes.CYCLICAL)} of sign(S - SMA{short}(S)), d the same over "
            f"{words(axes.DEFENSIVE)}",
            f"{rotation.SCORED}-session mean",
            f"SPY / SMA{RULE.long}(SPY) - 1",
            f"sign(R - SMA{short}(R))",
            f"sign(R - SMA{RULE.long}(R))",
            f"SMA{short}(R) {RULE.slope} sessions before",
            f"its last {RULE.place} closes",
        ],
        "The label": [
            *(f"**{one.label}**" for one in regime.REGIMES),
            f"coverage under {percent(regime.MIN_COVERAGE)}",
            f"more than {regime.MAX_SILENCE} sessions",
        ],
        "The composite": [
            f"Fewer than {composite.ENOUGH} known votes",
            f"against {signals.BREADTH_BENCHMARK} over {context.BREADTH_WINDOW} sessions / "
            f"{percent(signals.BREADTH_FULL)}",
        ],
        "Beside the label": [
            f"over {context.BREADTH_WINDOW} sessions of IWM against {signals.BREADTH_BENCHMARK}, and of "
            f"{words(a for a, _ in context.BREADTH)} against SPY",
            f"{' or '.join(context.LEADERS)} within {percent(context.NEAR_HIGH)} of its highest close of "
            f"{indicators.TRADING_DAYS}",
            f"{' / '.join(context.CREDIT)} on adj_close against its own mean of {context.CREDIT_WINDOW}",
            f"relative volume of {signals.EVENT_VOLUME:g} or more",
            f"{percent(context.ATR_LOW)} to {percent(context.ATR_HIGH)}, with {context.ATR_BENCHMARK}'s",
            f"share of the last {macro.PERCENTILE_WINDOW} sessions'",
        ],
        "Macro": [
            f"known {macro.CHANGE_WINDOW} sessions before",
            f"among the last {macro.PERCENTILE_WINDOW} sessions",
            f"`{macro.CYCLE_SERIES}` against its value {macro.CYCLE_WINDOW} sessions before",
            f"CUTTING at -{macro.CYCLE_STEP:g} points or less, HIKING at +{macro.CYCLE_STEP:g} or more",
            *(f"`{row.series}` | {row.name}" for row in macro.MACRO),
        ],
        "Sectors and charts": [
            f"S / SMA{rotation.STRENGTH_WINDOW}(S) - 1, and its change in {rotation.MOMENTUM_SESSIONS} sessions",
            f"+- {BAND_DEVIATIONS:g} of their",
            f"on the {SWING}-session swing",
            f"closes beyond {PIVOT} on either side",
            f"the newest {KEPT_PIVOTS} above and {KEPT_PIVOTS} below",
            f"the last {CHANNEL} closes +- {CHANNEL_DEVIATIONS:g} residual",
            f"shaded from {RSI_DIP[0]:g} to {RSI_DIP[1]:g}",
            f"relative performance over {VERSUS} sessions",
        ],
        "Sizing": [
            f"risk {percent(size.risk_fraction)}, at most {percent(sizing.MAX_RISK)}",
            f"k = {size.stop_atr:g}",
            f"{percent(size.max_weight)} of equity",
            f"{percent(size.target_vol)} a year",
            *(
                f"| {axes.LEADERSHIP.word(row)} | {' | '.join(f'{of[column]:.2f}' for column in (1, 0, -1))} |"
                for row, of in sizing.MULTIPLIERS.items()
            ),
        ],
        "Evidence": [
            f"over {followed.HORIZONS[0]}, {followed.HORIZONS[1]} or {followed.HORIZONS[2]} sessions",
            f"from {labels.RANKED} values on",
            f"{percent(bootstrap.LEVEL)} interval",
            f"blocks of {bootstrap.SHORTEST_BLOCK} sessions or two horizons if longer, {bootstrap.DRAWS:,} draws from "
            f"seed {bootstrap.SEED}",
            f"*{table.NO_EDGE}*",
            f"*{table.TOO_FEW}* under {table.ENOUGH_EPISODES} on either side",
            f"{rebalance.SPREAD_BPS:g} bp of all that is traded",
            f"the {analogues.CASES} nearest sessions",
            f"at least {analogues.ENOUGH_FEATURES} of them known, none within {analogues.APART} sessions",
            f"over {len(fragility.GRID)} settings",
            f"dwell {words(map(str, fragility.DWELLS))}; enter x {words(f'{x:g}' for x in fragility.ENTERS)}; exit at "
            f"{words(f'{100 * x:g}' for x in fragility.EXITS)} %",
            f"difference over {universe.HORIZON} sessions after LEADING",
            f"1995) of {percent(multiplicity.LEVEL)} or less",
            f"under {verdict.ENOUGH_YEARS} years or {table.ENOUGH_EPISODES} episodes",
            f"at {percent(verdict.DISCOVERY)} over the table",
            *verdict.VERDICTS,
        ],
        "Plans": [
            f"target {trade.TARGET_R:g} R away",
            f"the spread ({percent(trade.SPREAD)} of the price",
            f"{len(checklist.CHECKS)} rows",
            f"looks {checklist.EVENTS_WITHIN.days} days ahead",
            f"target = {percent(target.BASE)}, + {100 * target.STEP:g} points CUTTING, - {100 * target.STEP:g} HIKING",
            f"kept within {percent(target.LOW)} and {percent(target.HIGH)}",
            f"a band of {100 * target.BAND:g} points; {rebalance.SPREAD_BPS:g} bp",
            f"the last {target.YEARS} years",
            f"from {review.MIN_TRADES} such closes on",
            f"a highest close of {analyst_divergences.EXTREME} that",
            f"RSI {analyst_divergences.RSI_APART:g} points or more",
            f"stay on for {analyst_divergences.QUIET} sessions",
        ],
    }


@cache
def section(title: str) -> str:
    """The text beneath a heading of docs/formulas.md, in one line."""
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", FORMULAS, re.DOTALL | re.MULTILINE)
    assert found, f"docs/formulas.md has no section {title!r}"
    return " ".join(found[1].split())


@pytest.mark.parametrize("title", NAMED)
def test_the_formulas_name_every_row_of_the_codes_tables(title: str):
    assert [key for key in NAMED[title] if f"`{key}`" not in section(title)] == []


@pytest.mark.parametrize("title", quoted())
def test_the_formulas_quote_the_parameters_that_the_code_has(title: str):
    assert [text for text in quoted()[title] if text not in section(title)] == []


def test_the_formulas_name_the_steps_of_a_sizing_and_its_defaults():
    climate = sizing.Climate(atr=1.0, realized_vol=0.2, leadership=1, confirmation=1, words="")
    made = sizing.size(sizing.Request(equity=1000.0, entry=10.0), climate)
    assert tuple(step.name for step in made.steps) == SIZING_STEPS
    asked, fields = sizing.Request(equity=1.0, entry=1.0), ("risk_fraction", "stop_atr", "max_weight", "target_vol")
    assert [name for name in fields if getattr(asked, name) != getattr(DEFAULTS, name)] == []


def test_every_study_quotes_its_windows():
    """The numbers in a study's own formula, which its code has, stand in its row of the page, too."""
    rows = [line for line in FORMULAS.splitlines() if line.startswith("| `")]
    for study in STUDIES:
        (row, *_) = [line for line in rows if f"`{study.key}`" in line.split("|")[1]]
        assert [n for n in re.findall(r"\d+", study.formula) if not re.search(rf"\b{n}\b", row)] == []


def test_the_files_that_the_pages_name_are_there():
    # A name with a program beneath it is that of a file to be written.
    named = re.compile(r"`((?:core|tui|tests|seeds|benchmarks|docs)/[\w./*]+)`(?!\n\n```python)")
    for page in PAGES:
        for path in named.findall(page.read_text(encoding="utf-8")):
            assert any(ROOT.glob(path.rstrip("/"))), f"{page.name} names {path}"


def anchors(page: Path) -> set[str]:
    """The anchors that a page's headings make, as GitHub writes them."""
    prose = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_a_heading_that_are_there(page: Path):
    prose = re.sub(r"^```.*?^```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for link in re.findall(r"\]\(([^)\s]+)\)", prose):
        if re.match(r"https?:|mailto:", link):
            continue
        name, _, anchor = link.partition("#")
        there = (page.parent / name).resolve() if name else page
        assert there.exists(), f"{page.name} links to {link}"
        assert not anchor or anchor in anchors(there), f"{page.name} links to {link}"


@pytest.mark.parametrize("picture", sorted((ROOT / "docs").glob("*.svg")), ids=lambda picture: picture.stem)
def test_a_picture_is_of_the_simulated_market_asks_nobody_and_is_shown_somewhere(picture: Path):
    text = picture.read_text(encoding="utf-8")
    assert "SIMULATED" in text
    assert "@font-face" not in text
    assert "url(http" not in text
    assert any(f"({picture.parent.name}/{picture.name})" in page.read_text(encoding="utf-8") for page in PAGES)
    assert picture.stem in {drawn.name for drawn in PICTURES}


def test_the_settings_have_a_row_each():
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    keys = [key.name for key in SETTINGS]
    assert [key for key in keys if f"`{key}`" not in page and f"`[{key}]`" not in page] == []

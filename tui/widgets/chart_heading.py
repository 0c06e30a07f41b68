"""The chart desk's first row: what is drawn and its last price, how it is drawn, and how fresh it is."""

from __future__ import annotations

import numpy as np
from textual.strip import Strip

from ...core import format as fmt
from ...core.intraday import INTERVALS
from ..charts import chart_of
from ..palette import tone
from ..rows import Word
from ..scene import Scene
from ..states import heading
from .chart_plots import Chosen
from .minute_chart import grid_of

ROOMY = 60
NUMBERS = 13


def chart_heading(scene: Scene, chosen: Chosen, linear: str, width: int) -> Strip:
    """The heading of the ticker, or of the ratio; `linear` is why a logarithmic axis that is wanted can't be had."""
    ratio = "/" in chosen.bars.ticker
    title: list[Word] = [(f"{chosen.bars.ticker} ", "a"), *(_ratio(scene) if ratio else _price(chosen))]
    beside: list[Word] = []
    market = scene.reading.pair.b
    if scene.sessions and not ratio and market != scene.ticker and grid_of(scene, market) is not None:
        beside.append((f"   {market} rebased", "b"))
    if chosen.others and not scene.sessions:
        beside.append(("   100 on the first session", "muted"))
    if linear:
        beside.append((f"   {linear}", "warn"))
    kind = "daily" if ratio and not scene.sessions else "prices"
    how: list[Word] = [(_how(scene, chosen, ratio, width), "muted")]
    return heading(width, chosen.palette, scene.state(kind), title, beside=beside, right=how)


def _ratio(scene: Scene) -> list[Word]:
    read = scene.reading.ratio
    basis = "total return" if read.basis == "total_return" else "price"
    return [(fmt.ratio(read.value), "text"), (f"  {basis}", "muted")]


def _price(chosen: Chosen) -> list[Word]:
    """The last price, or close, and its change; as wide for 9.99 as for 999.99."""
    closes = chosen.bars.close
    before = closes[-1] if chosen.tag is not None else closes[-2] if len(closes) > 1 else np.nan
    last = chosen.tag if chosen.tag is not None else float(closes[-1])
    change = last / float(before) - 1.0 if before else np.nan
    price, moved = fmt.price(last), f" {fmt.percent(change, 2)}"
    return [(price, "text"), (moved.ljust(NUMBERS - len(price)), tone(change))]


def _how(scene: Scene, chosen: Chosen, ratio: bool, width: int) -> str:
    """What is in sight, the length of a bar, and how it is drawn: `1Y  252 daily  candles  log`."""
    style, wanted = chosen.chart.key, chart_of(scene.chart)
    if ratio and not wanted.closes and width >= ROOMY:
        style = f"{style}: a ratio has no {wanted.key}"
    if scene.sessions:
        return f"{scene.range}  {INTERVALS[scene.sessions]} min  {style}"
    sessions = fmt.count(chosen.last + 1 - chosen.first, "session")
    return f"{scene.range}  {sessions}  {style}{'  log' * chosen.log}"

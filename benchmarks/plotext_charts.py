"""The app's charts drawn by plotext 6, decimated to two points a column so that its cost is the picture's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotext  # type: ignore[import-untyped]
from numpy.typing import NDArray
from rich.text import Text
from smallcap.core.bars import Days, Floats
from smallcap.core.indicators import sma

AXIS = 8
COLOURS = {"a": (86, 168, 245), "b": (240, 164, 93), "fast": (235, 198, 103), "slow": (232, 89, 59)}
RIBBON = ("#5f6875", "#4fb286", "#ebc667", "#8a93a3", "#e8593b")
VOLUME_SHARE = 0.15
TICKS = 5
Size = tuple[int, int]
Ohlc = tuple[Floats, Floats, Floats, Floats]
Index = NDArray[np.int64]


def decimated(values: Floats, columns: int) -> Index:
    """The places of each column's lowest and highest value, in order; all places when there are few."""
    n = len(values)
    if n <= 2 * columns:
        return np.flatnonzero(~np.isnan(values))
    starts = np.arange(columns) * n // columns
    width = int(np.diff(starts, append=n).max())
    places = np.minimum(starts[:, None] + np.arange(width), np.append(starts[1:], n)[:, None] - 1)
    blocks = values[places]
    rows = np.arange(columns)
    low = places[rows, np.argmin(np.where(np.isnan(blocks), np.inf, blocks), axis=1)]
    high = places[rows, np.argmax(np.where(np.isnan(blocks), -np.inf, blocks), axis=1)]
    kept = np.unique(np.concatenate((low, high)))
    known: Index = kept[~np.isnan(values[kept])]
    return known


def price(sessions: Days, ohlc: Ohlc, market: Floats, volume: Floats, size: Size, *, candles: bool) -> str:
    """The ticker's closes or candles, the market's closes, and volume at the foot of the plot."""
    figure = _figure(size, sessions)
    columns = size[0] - 2 * AXIS
    _volume(figure, volume, columns)
    _line(figure, market, columns, "b")
    if candles:
        _candles(figure, ohlc, columns)
    else:
        _line(figure, ohlc[3], columns, "a")
    return str(figure.build().string())


def ratio(sessions: Days, values: Floats, first: int, size: Size) -> str:
    """The ratio and its two means from `first` on."""
    figure = _figure(size, sessions[first:])
    for line, ink in ((values, "a"), (sma(values, 50), "fast"), (sma(values, 200), "slow")):
        _line(figure, line[first:], size[0] - AXIS, ink)
    return str(figure.build().string())


def crossed(sessions: Days, close: Floats, means: Sequence[Floats], size: Size, at: int | None) -> str:
    """The closes with their means, and the crosshair at the place `at`; the panes below have the dates."""
    figure = _figure(size, sessions[:0])
    for line, ink in zip((*means, close), ("b", "fast", "slow", "a"), strict=True):
        _line(figure, line, size[0] - AXIS, ink)
    if at is not None:
        figure.draw(figure.signal([at], [float(close[at])], marker=plotext.marker("●", COLOURS["a"])))
    return str(figure.build().string())


def volume_pane(sessions: Days, volume: Floats, size: Size) -> str:
    """Volume in a plot of its own."""
    figure = _figure(size, sessions[:0])
    _volume(figure, volume, size[0] - AXIS, share=1.0, side="left")
    return str(figure.build().string())


def line_pane(sessions: Days, values: Floats, size: Size) -> str:
    """One line in a plot of its own, with the dates of all plots."""
    figure = _figure(size, sessions)
    _line(figure, values, size[0] - AXIS, "a")
    return str(figure.build().string())


def ribbon(codes: Index, width: int) -> Text:
    """The regime as a row of blocks."""
    text = Text(" " * AXIS)
    columns = width - 2 * AXIS
    for code in codes[np.arange(columns) * len(codes) // columns].tolist():
        text.append("▄", RIBBON[code])
    return text


def _figure(size: Size, sessions: Days) -> Any:  # noqa: ANN401  plotext has no types
    figure = plotext.figure
    figure.clear()
    figure.plot_size(*size)
    figure.theme("dark")
    places = np.linspace(0, len(sessions) - 1, TICKS).astype(int).tolist() if len(sessions) else []
    figure.ruler("x").ticks(places, [str(sessions[place])[:7] for place in places])
    return figure


def _line(figure: Any, values: Floats, columns: int, ink: str) -> None:  # noqa: ANN401
    places = decimated(values, columns)
    marker = plotext.marker("braille", COLOURS[ink])
    if len(places):
        figure.draw(figure.signal(places.tolist(), values[places].tolist(), marker=marker).lines())


def _volume(figure: Any, volume: Floats, columns: int, share: float = VOLUME_SHARE, side: str = "right") -> None:  # noqa: ANN401
    count = min(columns, len(volume))
    starts = np.arange(count) * len(volume) // count
    mean = np.add.reduceat(volume, starts) / np.diff(starts, append=len(volume))
    marker = plotext.marker("█", (58, 66, 76))
    figure.draw(figure.signal(starts.tolist(), mean.tolist(), marker=marker, yside=side).fillx())
    figure.ruler("y", side).lim(0, max(float(mean.max()), 1.0) / share)


def _candles(figure: Any, ohlc: Ohlc, columns: int) -> None:  # noqa: ANN401
    """One candle every other column, which is as close as plotext's candles can stand."""
    opened, high, low, close = ohlc
    count = min(columns // 2, len(close))
    starts = np.arange(count) * len(close) // count
    lasts = np.append(starts[1:], len(close)) - 1
    rows = {
        "date": starts.tolist(),
        "open": opened[starts].tolist(),
        "high": np.maximum.reduceat(high, starts).tolist(),
        "low": np.minimum.reduceat(low, starts).tolist(),
        "close": close[lasts].tolist(),
    }
    figure.draw(figure.candlestick(rows))

"""Synthetic charts for the tests: a seeded market that is the same everywhere, and its pictures read back as dots."""

import random
from dataclasses import fields

import numpy as np
from rich.color import Color
from rich.style import Style
from smallcap.tui.charts.candles import Ohlc, candle_chart
from smallcap.tui.charts.frame import Frame
from smallcap.tui.charts.line import Line, line_chart
from smallcap.tui.charts.raster import Canvas, plain
from smallcap.tui.charts.ribbon import Ribbon, draw_ribbon
from smallcap.tui.charts.volume import Volume
from smallcap.tui.palette import Palette

GROUND = Color.parse("#10131a")
PALETTE = Palette(
    **{f.name: Style(color=Color.from_rgb(100 + 9 * at, 0, 0), bgcolor=GROUND) for at, f in enumerate(fields(Palette))}
)
DOT_BITS = ((1, 2, 4, 64), (8, 16, 32, 128))


def weekdays(n, first="2020-03-16"):
    """`n` weekdays from `first`."""
    return np.busday_offset(np.datetime64(first), np.arange(n), roll="forward").astype("datetime64[D]")


def walk(n, seed, start=100.0, step=0.015):
    """A random walk of `n` prices; random.Random.random gives the same numbers on every Python."""
    draw = random.Random(seed).random
    moves = [sum(draw() for _ in range(4)) - 2 for _ in range(n)]
    return start * np.exp(np.cumsum(moves) * step)


def ohlc(n, seed):
    """Candles around a random walk."""
    draw = random.Random(seed + 1000).random
    close = walk(n, seed)
    opened = np.append(close[:1], close[:-1])
    up, down = (np.array([1 + 0.01 * draw() for _ in range(n)]) for _ in range(2))
    return Ohlc(opened, np.maximum(opened, close) * up, np.minimum(opened, close) / down, close)


def volume(n, seed):
    """Volume with a spike every forty sessions."""
    values = walk(n, seed, 1e6, 0.2) ** 0.3
    spikes = np.arange(n) % 40 == 7
    return Volume(np.where(spikes, 3 * values, values), spikes)


def ribbon(n):
    """Four regimes of unequal length after an unknown stretch."""
    codes = np.digitize(np.arange(n) / n, [0.1, 0.3, 0.35, 0.7]) - 1
    return Ribbon(codes, ("risk_on", "narrow", "neutral", "risk_off"), ("ON", "NARROW", "N", "OFF"))


def price(size, n=252, **options):
    """The price chart of the dashboard: a line, the market beside it, volume behind."""
    lines = [Line(walk(n, 1), "a"), Line(walk(n, 2), "b", "S")]
    return line_chart(weekdays(n), lines, size=size, palette=PALETTE, volume=volume(n, 3), **options)


def ratio(size, n=252, **options):
    """The ratio chart of the dashboard: two averages with a warm-up, a gap in the ratio, the regime as a ribbon."""
    values = walk(n, 4, 0.55, 0.004)
    values[n // 2 : n // 2 + n // 20] = np.nan
    slow = np.full(n, np.nan)
    slow[n // 5 :] = np.linspace(0.55, 0.56, n - n // 5)
    lines = [Line(values, "a"), Line(np.linspace(0.56, 0.54, n), "fast", "5"), Line(slow, "slow", "2")]
    options = {"decimals": 4, **options}
    return line_chart(weekdays(n), lines, size=size, palette=PALETTE, ribbon=ribbon(n), **options)


def candles(size, n=252, **options):
    """Candles with the market and volume."""
    return candle_chart(weekdays(n), ohlc(n, 5), [(walk(n, 2), "b")], size=size, palette=PALETTE, **options)


def rows(strips):
    """The strips as lines of text."""
    return plain(strips).split("\n")


def dots(strips):
    """All braille dots of a picture as (dot column, dot row from above)."""
    return {
        (2 * x + side, 4 * y + row)
        for y, line in enumerate(rows(strips))
        for x, c in enumerate(line)
        if 0x2800 <= ord(c) <= 0x28FF
        for side in (0, 1)
        for row in range(4)
        if ord(c) - 0x2800 & DOT_BITS[side][row]
    }


def style_at(strips, x, y):
    """The style of a cell."""
    at = 0
    for segment in strips[y]:
        at += len(segment.text)
        if x < at:
            return segment.style
    raise IndexError(x)


def ribbon_strip(ribbon, width, palette, *, glyphs="braille", letters=False):
    """The ribbon alone, over the whole `width`."""
    canvas = Canvas(width, 1, palette, glyphs)
    if len(ribbon.codes):
        draw_ribbon(canvas, Frame.fit((width, 1), len(ribbon.codes), axis_width=0), ribbon, 0, letters=letters)
    return canvas.strips()[0]

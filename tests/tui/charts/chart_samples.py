"""Synthetic charts for the tests: a seeded market that is the same everywhere, and its pictures read back as dots."""

import random
from dataclasses import fields

import numpy as np
from rich.color import Color
from rich.style import Style
from smallcap.tui.charts import chart_of
from smallcap.tui.charts.chart import Ohlc
from smallcap.tui.charts.compose import Plot
from smallcap.tui.charts.frame import Frame
from smallcap.tui.charts.line import Line, line_chart, line_layers, line_marks, line_plot
from smallcap.tui.charts.pane import band_layer, bar_layer
from smallcap.tui.charts.raster import Canvas, plain
from smallcap.tui.charts.ribbon import Ribbon, draw_ribbon
from smallcap.tui.charts.stack import Floor, date_row, marked, stack
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


def candle_chart(days, bars, lines=(), **options):
    """Candles on axes of their own."""
    return chart_of("candles").draw(days, bars, [Line(*line) for line in lines], options)


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


def log_price(size, n=252, **options):
    """A line that grows tenfold on a logarithmic axis, with levels that are written on and one that leaves the plot."""
    values = walk(n, 1) * np.geomspace(0.2, 2.0, n)
    level = np.where(np.arange(n) > n // 3, 60.0, np.nan)
    lines = [
        Line(values, "a"),
        Line(level, "muted", "f", dotted=True, fits=False, name="61.8"),
        Line(np.full(n, 1e4), "b", "x", fits=False),
    ]
    return line_chart(weekdays(n), lines, size=size, palette=PALETTE, log=True, volume=volume(n, 3), **options)


def log_candles(size, n=252, **options):
    """Candles within a factor of two on a logarithmic axis, with a level to measure from."""
    return candle_chart(weekdays(n), ohlc(n, 5), size=size, palette=PALETTE, log=True, level=100.0, **options)


def floors(n, heights, **options):
    """A price over an oscillator with a band, bars up and down with a line, and bars from zero with some lit."""
    swing, lit = 30 * np.sin(np.arange(n) / 9), volume(n, 3)
    lines = [Line(swing / 2, "a", "m")]
    events = np.where(lit.spikes, lit.values, np.nan)
    lettered = options.get("letters", False)
    marks = {**ribbon(n)._asdict(), "events": tuple(range(n // 3, n, 90)), "sign": "R"}
    plots = [
        (line_plot([Line(walk(n, 1), "a")]), {"ribbon": Ribbon(**marks)}),
        (Plot([band_layer(-10, 0, "volume"), *line_layers([Line(swing, "a")])], [swing], line_marks(lines)), {}),
        (Plot([bar_layer(swing, "volume"), *line_layers(lines)], [swing], line_marks(lines)), {"level": 0.0}),
        (
            Plot(
                [bar_layer(lit.values, "volume"), bar_layer(events, "spike", letter="!", letters=lettered)],
                [lit.values],
                line_marks([Line(lit.values, "muted")]),
            ),
            {"bounds": (0.0, 250.0), "decimals": 0},
        ),
    ]
    common = {"size": (1, 1), "palette": PALETTE, **options}
    return [Floor(rows, plot, {**common, **own}) for rows, (plot, own) in zip(heights, plots, strict=False)]


def desk(size, n=252, **options):
    """The plots of the chart screen above each other, the crosshair on one session."""
    width, height = size
    low = max(3, height // 6)
    heights = [height - 1 - 3 * low, low, low, low] if height > 6 * 3 else [max(height - 1, 1)]
    drawn = stack(weekdays(n), floors(n, heights, **options), width)
    at = drawn[0].frame.column_of(n // 2)
    strips = [strip for plot in drawn for strip in plot.strips]
    row = drawn[0].scale.row(float(walk(n, 1)[n // 2]), drawn[0].frame.rows)
    strips[row] = marked(strips[row], at, "@")
    return [*strips, date_row(weekdays(n), drawn[0].frame, PALETTE, (at, "^"))][:height]


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

"""Pure charts: numbers, a size and a palette in; strips out. CHARTS are the ways to draw a price, in turn."""

from .candles import candle_plot
from .chart import Chart, close_plot

CHARTS = (
    Chart("line", close_plot, closes=True),
    Chart("candles", candle_plot),
)


def chart_of(key: str) -> Chart:
    """The row of that key; the first for one that isn't there."""
    return next((chart for chart in CHARTS if chart.key == key), CHARTS[0])

"""Pure charts: numbers, a size and a palette in; strips out."""

from .candles import candle_chart
from .line import line_chart

CHARTS = (
    ("line", line_chart),
    ("candles", candle_chart),
)

"""Numbers of different units in one column: their decimal points below each other, whatever stands behind."""

from __future__ import annotations

POINT_AND_PLACES = 4


def aligned(number: str, before: int, after: int = POINT_AND_PLACES) -> str:
    """A written number with its point after `before` cells and `after` cells from there on: `-0.51%` above `21.4`.

    What has no point, such as `$1,000` or `--`, ends where a point would stand. Wider ones are not cut.
    """
    whole, point, rest = number.partition(".")
    return f"{whole:>{before}}{point + rest:<{after}}"

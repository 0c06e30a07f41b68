"""Charts of the cards: a histogram of what followed, and bars by month, by year and by group."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..bars import Days, Floats
from ..evidence.labels import Bools
from .card import Chart, Column

WIDTHS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0)
MOST_BINS = 16
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def histogram(title: str, groups: Sequence[tuple[str, Floats]], unit: str = "level") -> Chart:
    """The share of each group's values in bins of one round width; the outer bins hold all that is beyond them.

    groups: names and values, (n,) each, NaN left out. A bin is labelled by its lower edge.
    """
    known = [values[~np.isnan(values)] for _, values in groups]
    every = np.concatenate(known)
    if not len(every):
        return Chart(title, (), (), unit)
    low, high = np.quantile(every, [0.01, 0.99])
    width = next((w for w in WIDTHS if high - low <= (MOST_BINS - 2) * w), WIDTHS[-1])
    edges = np.arange(np.floor(low / width), np.floor(high / width) + 1)
    bins = [np.clip(np.floor(values / width), edges[0], edges[-1]) for values in known]
    columns = [
        Column(name, tuple(float(np.mean(places == edge)) if len(places) else np.nan for edge in edges))
        for (name, _), places in zip(groups, bins, strict=True)
    ]
    decimals = 1 if width < 0.01 else 0
    labels = tuple(f"{100 * edge * width + 0.0:.{decimals}f}%" for edge in edges)
    return Chart(title, labels, tuple(columns), unit)


def by_month(title: str, sessions: Days, values: Floats) -> Chart:
    """The mean of the values in each month of the year."""
    month = sessions.astype("datetime64[M]").astype(np.int64) % 12
    means = (mean_of(values, month == m) for m in range(12))
    return Chart(title, MONTHS, (Column("mean", tuple(means)),), "fraction")


def by_year(title: str, sessions: Days, columns: Sequence[tuple[str, Floats]], unit: str = "fraction") -> Chart:
    """The mean of each column's values in every calendar year that has some."""
    year = sessions.astype("datetime64[Y]")
    there = ~np.isnan(np.array([values for _, values in columns])).all(axis=0)
    years = np.unique(year[there])
    rows = tuple(Column(name, tuple(mean_of(values, year == y) for y in years)) for name, values in columns)
    return Chart(title, tuple(str(y) for y in years), rows, unit)


def by_group(title: str, groups: Sequence[tuple[str, Bools]], values: Floats, unit: str = "fraction") -> Chart:
    """The mean of the values over each group's sessions."""
    means = tuple(mean_of(values, held) for _, held in groups)
    return Chart(title, tuple(name for name, _ in groups), (Column("mean", means),), unit)


def mean_of(values: Floats, held: Bools) -> float:
    """The mean of the known values of some sessions; NaN where there are none."""
    kept = values[held & ~np.isnan(values)]
    return float(kept.mean()) if len(kept) else float("nan")

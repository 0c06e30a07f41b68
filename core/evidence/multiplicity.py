"""Multiplicity: p-values of many looks at one market, adjusted for how many looks there were."""

from __future__ import annotations

import numpy as np

from ..bars import Floats

LEVEL = 0.05
"""The share of what is called a find that may be none."""


def adjusted(p: Floats) -> Floats:
    """The q of each p-value, (n,) in the same order: the lowest false discovery rate at which it would be a find.

    A NaN was not tested: it stays NaN and isn't counted. Source: Benjamini and Hochberg (1995), the step-up procedure;
    it holds for tests that are independent or positively dependent (Benjamini and Yekutieli 2001).
    """
    out = np.full(len(p), np.nan)
    tested = np.flatnonzero(~np.isnan(p))
    order = tested[np.argsort(p[tested], kind="stable")]
    steps = p[order] * len(order) / np.arange(1, len(order) + 1)
    out[order] = np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1.0)
    return out

"""The note's charts on its page: to scale, labels apart and inside, the ribbon under the days that had the label."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest
from smallcap.core.framework.curve import Curve
from smallcap.core.note import Band, Drawing, Note
from smallcap.core.note_page import SHEET, as_html
from smallcap.core.reading import ADVICE
from smallcap.core.regime import INSUFFICIENT, NEUTRAL, RISK_OFF, RISK_ON

DAYS = np.datetime64("2026-01-01") + np.arange(100)
DOWN = np.linspace(0.60, 0.40, 100)
CURVE = Curve("t", DAYS, (("a", DOWN), ("b", DOWN + 0.0001), ("c", DOWN + 0.0002)), "ratio")


def drawn(drawing: Drawing) -> str:
    return as_html(Note("t", "s", False, (drawing,), ADVICE))


@pytest.mark.parametrize("values", [DOWN, DOWN[::-1], DOWN[::-1] - 0.0003, np.full(100, 0.5)])
def test_the_last_values_stand_apart_in_their_order_and_above_the_dates(values: np.ndarray):
    lines = tuple((name, values + aside) for name, aside in (("a", 0.0), ("b", 0.0001), ("c", 0.0002)))
    page = drawn(Drawing(CURVE._replace(lines=lines)))
    labels = re.findall(r'<text class="last" x="([\d.]+)" y="([\d.]+)">([\d.]+)<', page)
    heights = [float(y) for _, y, _ in labels]
    assert [text for *_, text in labels] == [f"{v[-1]:.4f}" for _, v in reversed(lines)]
    assert all(b - a >= 14.9 for a, b in pairwise(heights))
    assert heights[0] >= 12
    assert heights[-1] <= SHEET.height - 28 + 4.1


def test_the_ribbons_bars_follow_one_another_from_end_to_end():
    bands = (Band(0, 29, RISK_ON), Band(30, 30, INSUFFICIENT), Band(31, 59, NEUTRAL), Band(60, 99, RISK_OFF))
    page = drawn(Drawing(CURVE, bands))
    path = next(path for path in re.findall(r'class="line line-0" d="([^"]+)"', page) if "L" in path)
    bars = re.findall(r'<rect class="(\w+)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)"', page)
    spans = {name: (float(x), float(x) + float(width)) for name, x, _, width in bars}
    xs = [float(x) for x in re.findall(r"[ML]([\d.]+) ", path)]
    assert spans["risk_on"] == pytest.approx((xs[0], xs[30]), abs=0.11)
    assert spans["muted"] == pytest.approx((xs[30], xs[31]), abs=0.11)
    assert spans["neutral"] == pytest.approx((xs[31], xs[60]), abs=0.11)
    assert spans["risk_off"] == pytest.approx((xs[60], xs[99]), abs=0.11)
    assert [name for name, *_ in sorted(bars, key=lambda bar: float(bar[2]))] == [
        *("muted", "risk_on", "neutral", "risk_off")
    ]
    for words in ("▲ RISK-ON", "? no label", "■ NEUTRAL", "▼ RISK-OFF"):
        assert f'text-anchor="end">{words}<' in page
    assert "INSUFFICIENT DATA from 2026-01-31 to 2026-01-31" in page

"""Pictures compared with golden/*.txt. To accept new pictures: SMALLCAP_UPDATE_GOLDENS=1 pytest, then read the diff."""

import difflib
import os
from pathlib import Path

import pytest

from .chart_samples import candles, desk, log_candles, log_price, price, ratio, rows

GOLDEN = Path(__file__).parent / "golden"
SIZES = ((60, 15), (120, 30), (5, 2), (1, 1), (200, 60))
PICTURES = (
    *((f"price-{w}x{h}", price, (w, h), {}) for w, h in SIZES),
    *((f"ratio-{w}x{h}", ratio, (w, h), {}) for w, h in SIZES),
    *((f"candles-{w}x{h}", candles, (w, h), {}) for w, h in SIZES),
    *((f"log-{w}x{h}", log_price, (w, h), {}) for w, h in SIZES),
    *((f"log-candles-{w}x{h}", log_candles, (w, h), {}) for w, h in SIZES),
    *((f"desk-{w}x{h}", desk, (w, h), {}) for w, h in SIZES),
    ("desk-decades-120x30", desk, (120, 30), {"n": 6500}),
    ("desk-month-120x30", desk, (120, 30), {"n": 21}),
    ("desk-ascii-120x30", desk, (120, 30), {"glyphs": "ascii", "letters": True}),
    ("desk-letters-120x30", desk, (120, 30), {"letters": True}),
    ("price-ascii-60x15", price, (60, 15), {"glyphs": "ascii"}),
    ("ratio-ascii-60x15", ratio, (60, 15), {"glyphs": "ascii"}),
    ("candles-ascii-60x15", candles, (60, 15), {"glyphs": "ascii"}),
    ("price-letters-60x15", price, (60, 15), {"letters": True}),
    ("ratio-letters-60x15", ratio, (60, 15), {"letters": True}),
    ("price-month-60x15", price, (60, 15), {"n": 21}),
    ("candles-month-60x15", candles, (60, 15), {"n": 21}),
    ("price-decades-60x15", price, (60, 15), {"n": 6500}),
    ("candles-decades-60x15", candles, (60, 15), {"n": 6500}),
)


@pytest.mark.parametrize(("name", "draw", "size", "options"), PICTURES, ids=[p[0] for p in PICTURES])
def test_a_picture_looks_as_it_did(name, draw, size, options):
    drawn = [line.rstrip() for line in rows(draw(size, **options))]
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("SMALLCAP_UPDATE_GOLDENS") == "1":
        file.write_text("\n".join(drawn) + "\n", encoding="utf-8")
    golden = file.read_text(encoding="utf-8").split("\n")[:-1]
    diff = "\n".join(difflib.unified_diff(golden, drawn, str(file), "drawn now", lineterm="", n=0))
    assert not diff, f"{diff}\n\nthe picture now:\n" + "\n".join(drawn)


def test_no_golden_is_left_over():
    assert {file.stem for file in GOLDEN.glob("*.txt")} == {p[0] for p in PICTURES}

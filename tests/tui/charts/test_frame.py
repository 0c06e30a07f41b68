"""The layout: what is dropped when room is short, and columns and sessions as each other's inverse."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from smallcap.tui.charts.frame import Frame, bucket_starts

from .chart_samples import candles, price, ratio, rows

FRAMES = st.builds(lambda width, n: Frame.fit((width, 20), n, axis_width=0), st.integers(1, 220), st.integers(1, 3000))


@given(FRAMES)
def test_columns_run_from_edge_to_edge_in_order(frame):
    columns = frame.column_of(np.arange(frame.sessions))
    assert (np.diff(columns) >= 0).all()
    assert columns.min() >= 0
    assert columns.max() < frame.columns
    assert columns.tolist() == [frame.column_of(i) for i in range(frame.sessions)]


@given(FRAMES)
def test_the_session_at_a_column_is_drawn_there_and_is_its_last(frame):
    nearest = frame.nearest()
    columns = frame.column_of(np.arange(frame.sessions))
    if frame.sessions >= frame.columns:
        assert (columns[nearest] == np.arange(frame.columns)).all()
        assert nearest[-1] == frame.sessions - 1
        starts = bucket_starts(frame.sessions, frame.columns)
        assert (columns[starts] == np.arange(frame.columns)).all()
        assert (starts[1:] == nearest[:-1] + 1).all()
    else:
        assert (nearest[columns] == np.arange(frame.sessions)).all()


def test_the_dates_go_first_then_the_axis_then_the_grid():
    kept = []
    for height in range(1, 8):
        frame = Frame.fit((80, height), 252)
        kept.append((frame.dates, frame.axis_width > 0, frame.grid))
    assert kept == [(False, False, False)] * 2 + [(False, True, True)] * 2 + [(True, True, True)] * 3
    assert Frame.fit((15, 20), 252).axis_width == 0
    assert Frame.fit((5, 20), 252).grid is False


def test_price_and_ratio_of_equal_size_share_their_columns_and_dates():
    pictures = [rows(draw((100, 20))) for draw in (price, ratio, candles)]
    assert len({picture[-1] for picture in pictures}) == 1


def test_a_given_axis_width_is_kept_whatever_the_labels():
    wide = rows(price((100, 20), axis_width=14))
    assert wide[-1].rstrip() != ""
    assert all(line[86] == " " for line in wide)

"""The protocol: what is said comes back as it was said, and a line from anywhere does no harm."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smallcap.core.live.protocol import (
    LONGEST_LINE,
    MESSAGES,
    Alive,
    Busy,
    Done,
    Message,
    Progress,
    Ready,
    Refresh,
    Start,
    Stored,
    Ticks,
    Want,
    decode,
    encode,
)
from smallcap.core.live.raw import Quote

words = st.text(st.characters(), max_size=20)
many = st.lists(words, max_size=4).map(tuple)
whole = st.integers(-(2**63), 2**63 - 1)
number = st.floats(allow_nan=False, allow_infinity=False)
maybe = number | st.just(math.nan)
quotes = st.builds(Quote, words, maybe, whole, maybe, maybe, whole)
FIELDS = {
    Start: st.builds(Start, number, words, words, many, many, st.booleans(), words),
    Want: st.builds(Want, many, words, whole, many, st.booleans()),
    Refresh: st.just(Refresh()),
    Busy: st.just(Busy()),
    Ready: st.builds(Ready, words, words),
    Alive: st.just(Alive()),
    Progress: st.builds(Progress, whole, whole, words, words),
    Stored: st.builds(Stored, many),
    Ticks: st.builds(Ticks, st.lists(quotes, max_size=3).map(tuple)),
    Done: st.builds(Done, many),
}
messages = st.one_of(*FIELDS.values())


def test_every_message_is_tried():
    assert set(FIELDS) == set(MESSAGES)


def plain(value: object) -> object:
    """With NaN as a word, which equals itself."""
    if isinstance(value, tuple):
        return type(value).__name__, [plain(part) for part in value]
    return "NaN" if isinstance(value, float) and math.isnan(value) else (type(value).__name__, value)


@given(messages)
@settings(deadline=None)
def test_a_message_comes_back_with_its_types(message: Message):
    line = encode(message)
    assert line.endswith("\n")
    assert line.count("\n") == 1
    assert line.isascii()
    assert plain(decode(line)) == plain(message)
    assert plain(decode(line.encode())) == plain(message)


def test_a_price_that_is_no_number_crosses_as_null():
    line = encode(Ticks((Quote("IWM", 200.0, 1, math.nan, math.inf),)))
    assert json.loads(line)["quotes"] == [["IWM", 200.0, 1, None, None, 0]]
    found = decode(line)
    assert isinstance(found, Ticks)
    assert math.isnan(found.quotes[0].previous_close)
    assert math.isnan(found.quotes[0].volume)


@given(st.binary(max_size=300) | st.text(max_size=300))
@settings(deadline=None)
def test_any_line_is_a_message_or_nothing(line: bytes | str):
    assert decode(line) is None


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


@given(anything)
@settings(deadline=None)
def test_any_json_is_a_message_or_nothing(value: object):
    assert decode(json.dumps(value)) is None


@given(messages, st.data())
@settings(max_examples=400, deadline=None)
def test_a_message_with_a_field_of_another_kind_is_refused_or_still_well_typed(message: Message, data: st.DataObject):
    fields = json.loads(encode(message))
    name = data.draw(st.sampled_from(sorted(fields)))
    fields[name] = data.draw(anything)
    found = decode(json.dumps(fields))
    assert found is None or plain(decode(encode(found))) == plain(found)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "\n",
        "null",
        "{}",
        "[]",
        '{"is": "nobody"}',
        '{"is": ["alive"]}',
        '{"is": "alive", "more": 1}',
        '{"is": "ready"}',
        '{"is": "ready", "archive": null}',
        '{"is": "progress", "done": true, "of": 1, "what": ""}',
        '{"is": "progress", "done": 1.0, "of": 1, "what": ""}',
        '{"is": "stored", "what": "IWM"}',
        '{"is": "stored", "what": [1]}',
        '{"is": "start", "now": NaN, "archive": "", "cache": "", "tickers": [], "series": []}',
        '{"is": "start", "now": true, "archive": "", "cache": "", "tickers": [], "series": []}',
        '{"is": "start", "now": 1e999, "archive": "", "cache": "", "tickers": [], "series": []}',
        '{"is": "start", "now": 1' + "0" * 400 + ', "archive": "", "cache": "", "tickers": [], "series": []}',
        '{"is": "ticks", "quotes": ["IWM"]}',
        '{"is": "ticks", "quotes": [["IWM", 1, 2, 3, 4]]}',
        '{"is": "ticks", "quotes": [["IWM", "1", 2, 3, 4, 0]]}',
        '{"is": "ticks", "quotes": [["IWM", 1, true, 3, 4, 0]]}',
        '{"is": "ticks", "quotes": [["IWM", 1, 2, 3, 4, false]]}',
        '{"is": "ticks", "quotes": [["IWM", Infinity, 2, 3, 4, 0]]}',
        '{"is": "ticks", "quotes": [["IWM", 1e999, 2, 3, 4, 0]]}',
        '{"is": "ticks", "quotes": [["IWM", 1' + "0" * 400 + ", 2, 3, 4, 0]]}",
        '{"is": "alive"} trailing',
        "[" * 100_000,
        '{"is":' * 100_000,
        "9" * 10_000,
        b"\xff\xfe{",
        b'{"is": "ready", "archive": "\xff"}',
    ],
)
def test_a_line_that_is_no_message_is_nothing(line: str | bytes):
    assert decode(line) is None


def test_a_field_that_may_be_left_out_has_its_default():
    assert decode('{"is": "want", "tickers": ["IWM"]}') == Want(("IWM",), "", 0, (), False)


def test_an_int_where_a_float_belongs_is_one():
    found = decode('{"is": "start", "now": 5, "archive": "a", "cache": "c", "tickers": [], "series": []}')
    assert isinstance(found, Start)
    assert isinstance(found.now, float)


def test_a_line_is_taken_up_to_the_longest_and_not_beyond():
    frame = len(encode(Ready("")).rstrip("\n"))
    longest = encode(Ready("x" * (LONGEST_LINE - frame))).rstrip("\n")
    assert len(longest) == LONGEST_LINE
    assert isinstance(decode(longest), Ready)
    assert decode(encode(Ready("x" * (LONGEST_LINE - frame + 1))).rstrip("\n")) is None

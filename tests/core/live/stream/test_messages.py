"""The streamer's messages: taken only with a sound price and time, and none raises."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ("", True),
        ("price=0.0", False),
        ("price=-1.0", False),
        ("price=math.inf", False),
        ("price=math.nan", False),
        ("time=0", False),
        ("time=-5", False),
        ("time=2**63-1", True),  # the intake refuses it: it lies in the future
        ("id=''", False),
        ("id='x'*9999", True),
        ("previous_close=0.0", True),
        ("previous_close=math.inf", True),
        ("previous_close=math.nan", True),
        ("previous_close=-1.0", True),
        ("day_volume=-2**63", True),
        ("day_volume=2**63-1", True),
    ],
)
def test_a_message_is_taken_only_with_a_sound_price_and_time(shared, fields, kept):
    found = shared.client.run(f"answer = decode(envelope(packed({fields})))")
    assert (found is not None) is kept
    if kept:
        assert found[1] == 219.5
        assert found[4] >= 0
        assert shared.client.run(
            f"old = decode(envelope(packed({fields}))).previous_close\nanswer = math.isnan(old) or old == 218.0"
        )


def test_a_price_is_what_was_meant_before_it_became_a_float32(shared):
    assert shared.client.run("answer = decode(envelope(packed(price=243.31, time=1732120287999)))")[1:3] == [
        243.31,
        1732120287,
    ]


def test_no_message_raises(shared):
    lines = """
chance = random.Random(5)
sound = packed()
def bad(n):
    kind = n % 6
    if kind == 0:
        return bytes(chance.randrange(256) for _ in range(chance.randrange(60)))
    if kind == 1:
        body = bytearray(sound)
        for _ in range(chance.randrange(1, 5)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        return envelope(bytes(body))
    if kind == 2:
        return envelope(sound[: chance.randrange(len(sound))])
    if kind == 3:
        whole = envelope(sound)
        at = chance.randrange(len(whole))
        return whole[:at] + chr(chance.randrange(0x3000)) + whole[at + 1 :]
    if kind == 4:
        return json.dumps(chance.choice([None, [], "x", 7, {}, {"message": None}, {"message": 5}, {"message": "é"},
                                         {"message": ""}, {"message": []}, {"message": "A"}, True, 1e308]))
    return "[" * chance.randrange(200_000)
answer = [0, 0]
for n in range(3000):
    found = decode(bad(n))
    answer[found is not None] += 1
    assert found is None or (found.price > 0 and found.at > 0 and found.ticker)
"""
    nothing, trades = shared.client.run(lines)
    assert nothing > 1500
    assert trades > 50

"""The user's keys: written as people do, laid over the program's, and refused by name where they can't be."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smallcap.core.errors import UsageError
from smallcap.core.keybinding import NAMED, TAKEN, bind, chosen, key_of, written
from textual.keys import _character_to_key

ACTIONS = {"next": ("j", "down"), "size": ("z",), "zoom": ("plus", "minus"), "quit": ("q",)}
VISIBLE = string.ascii_letters + string.digits + string.punctuation


@pytest.mark.parametrize("character", VISIBLE)
def test_a_character_has_the_name_that_textual_gives_it_and_is_written_as_itself(character: str):
    assert key_of(character) == _character_to_key(character)
    assert written(key_of(character)) == character


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("esc", "escape"),
        ("Escape", "escape"),
        ("pgdn", "pagedown"),
        ("space", "space"),
        ("f5", "f5"),
        ("F12", "f12"),
        ("ctrl+n", "ctrl+n"),
        ("Ctrl+N", "ctrl+n"),
        ("ctrl+left", "ctrl+left"),
        ("shift+tab", "shift+tab"),
        ("shift+pgup", "shift+pageup"),
        ("é", "é"),
        ("+", "plus"),
    ],
)
def test_a_key_with_a_name_is_known_by_it(text: str, key: str):
    assert key_of(text) == key


@pytest.mark.parametrize("name", NAMED)
def test_a_named_key_is_written_by_its_short_name(name: str):
    assert written(key_of(name)) == name
    assert written(f"shift+{NAMED[name]}") == f"shift+{name}"


@pytest.mark.parametrize(
    "text", ["", " ", "jj", "f13", "f0", "ctrl+", "ctrl+1", "shift+", "meta+a", "hyper", "\x1b", "\n", "+a"]
)
def test_what_is_no_key_is_refused_with_what_would_be_right(text: str):
    with pytest.raises(UsageError) as refused:
        key_of(text)
    assert str(refused.value) == f"{text!r} is not a key; write one like j, R, <, space, f5, ctrl+n or shift+left"


@pytest.mark.parametrize("text", [*TAKEN, "Ctrl+Q"])
def test_a_key_that_no_action_can_have_says_whose_it_is(text: str):
    with pytest.raises(UsageError, match="can't be chosen: it"):
        key_of(text)


def test_a_capital_letter_is_written_as_one():
    with pytest.raises(UsageError, match="is written as the letter it makes, 'R'"):
        key_of("shift+r")


@given(st.text(max_size=12))
def test_any_text_is_a_key_or_refused_in_one_sentence(text: str):
    found, said = "", ""
    try:
        found = key_of(text)
    except UsageError as error:
        said = str(error)
    assert key_of(written(found)) == found if found else said.count("\n") == 0 < len(said)


def test_a_key_or_a_list_of_them_is_read_for_each_action():
    assert chosen({"next": "n", "size": ["<", "f5", "<"], "zoom": []}) == (
        ("next", ("n",)),
        ("size", ("less_than_sign", "f5")),
        ("zoom", ()),
    )


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (3, 'keys 3 is not a table like {dashboard = "H", quit = ["q", "ctrl+x"]}'),
        ({"next": 3}, "keys.next 3 is not a key in quotes or a list of keys; write one like"),
        ({"next": ["n", 3]}, "keys.next ['n', 3] is not a key in quotes or a list of keys; write one like"),
        ({"next": "ctrl+"}, "keys.next 'ctrl+' is not a key; write one like"),
    ],
)
def test_a_wrong_table_is_refused_by_action_and_key(value: object, says: str):
    with pytest.raises(UsageError) as refused:
        chosen(value)
    assert str(refused.value).startswith(says)


def test_without_a_choice_the_programs_keys_hold():
    assert bind((), ACTIONS) == (ACTIONS, ())


def test_the_users_keys_stand_in_the_place_of_the_programs():
    made = bind((("next", ("n",)), ("size", ())), ACTIONS)
    assert made.keys == {**ACTIONS, "next": ("n",), "size": ()}
    assert made.warnings == ()


def test_a_key_that_was_anothers_is_taken_from_it_and_that_is_said():
    made = bind((("size", ("j",)),), ACTIONS)
    assert made.keys == {**ACTIONS, "next": ("down",), "size": ("j",)}
    assert made.warnings == ("j is size and no longer next, whose keys are now: down",)
    lone = bind((("next", ("z",)),), ACTIONS)
    assert lone.keys["size"] == ()
    assert lone.warnings == (
        "z is next and no longer size, whose keys are now: none, only the palette (ctrl+p) has it",
    )


def test_two_actions_may_change_keys():
    made = bind((("size", ("j",)), ("next", ("z",))), ACTIONS)
    assert (made.keys["size"], made.keys["next"], made.warnings) == (("j",), ("z",), ())


@pytest.mark.parametrize(
    ("own", "says"),
    [
        ((("nxt", ("n",)),), "keys.nxt is not an action; did you mean next?"),
        ((("dance", ("n",)),), "keys.dance is not an action; they are next, size, zoom, quit"),
        ((("zoom", ("n",)),), "keys.zoom can't be changed: these keys are the chart's own"),
        ((("next", ("n",)), ("size", ("n",))), "keys.size 'n' is the key of next too; give one of them another"),
        ((("quit", ()),), 'keys.quit is left without a key; give it one, like quit = "X"'),
        ((("next", ("q",)),), 'keys.quit is left without a key; give it one, like quit = "X"'),
    ],
)
def test_what_can_not_be_bound_is_refused_by_name(own: tuple[tuple[str, tuple[str, ...]], ...], says: str):
    with pytest.raises(UsageError) as refused:
        bind(own, ACTIONS, {"zoom"})
    assert str(refused.value) == says


@given(st.dictionaries(st.sampled_from(list(ACTIONS)), st.lists(st.sampled_from("jznqx"), max_size=2)))
def test_no_key_is_ever_of_two_actions(table: dict[str, list[str]]):
    try:
        made = bind(chosen(table), ACTIONS)
    except UsageError:
        return
    keys = [key for one in made.keys.values() for key in one]
    assert len(keys) == len(set(keys))
    assert made.keys["quit"]

"""The themes: inks that stay apart and readable in every one, with any colour vision, in any terminal."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from rich.color import Color, ColorSystem
from smallcap.core.settings import THEMES
from smallcap.tui.palette import palette_from
from smallcap.tui.theme import DARK, GROUNDS, INKS, Look, colours, themed

# Machado, Oliveira, Fernandes: A Physiologically-based Model for Simulation of Color Vision Deficiency (2009),
# severity 1.0, for linear RGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
# IEC 61966-2-1 to CIE XYZ, and CIE Lab under D65.
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])  # fmt: skip  # noqa: E501
WHITE = np.array([0.95047, 1.0, 1.08883])

OPPOSITES = (("up", "down"), ("risk-on", "risk-off"))
LABELS = ("risk-on", "narrow", "neutral", "risk-off")
LINES = ("a", "b", "fast", "slow")
DECORATION = {"faint", "volume"}
ON_CHOSEN = {"text", "muted", "up", "down"}
LEAST = {"text": 7.0, "muted": 4.5}

EVERY = [Look(theme, red_up) for theme, red_up in product(THEMES, (False, True))]
TERMINALS = ("truecolor", "256", "16")
# The 16 colours as VGA has them, by their numbers.
VGA = ("#000000", "#aa0000", "#00aa00", "#aa5500", "#0000aa", "#aa00aa", "#00aaaa", "#aaaaaa", "#555555", "#ff5555", "#55ff55", "#ffff55", "#5555ff", "#ff55ff", "#55ffff", "#ffffff")  # fmt: skip  # noqa: E501
ILLEGIBLE = {"#000000": {4, 12}, "#ffffff": {3, 11, 14, 7}}
"""Blue on black, yellow, cyan and grey on white: not to be read in many terminals, whatever VGA made of them."""


def linear(colour: str) -> np.ndarray:
    rgb = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    t = TO_XYZ @ rgb / WHITE
    f = np.where(t > 216 / 24389, np.cbrt(t), (24389 / 27 * t + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def apart(one: str, other: str) -> float:
    """The smallest CIE Lab distance of two colours over all kinds of colour vision."""
    seen = [[lab(np.clip(kind @ linear(c), 0, 1)) for c in (one, other)] for kind in VISION.values()]
    return min(float(np.linalg.norm(a - b)) for a, b in seen)


def contrast(one: str, other: str) -> float:
    """WCAG 2's ratio of the lighter colour's relative luminance to the darker one's."""
    dark, light = sorted(float(TO_XYZ[1] @ linear(c)) for c in (one, other))
    return (light + 0.05) / (dark + 0.05)


def sent(look: Look, terminal: str) -> dict[str, str]:
    """The colours as a terminal gets them."""
    found = colours(look, few=terminal == "16")
    if terminal != "256":
        return found
    given = {name: Color.parse(c).downgrade(ColorSystem.EIGHT_BIT).get_truecolor() for name, c in found.items()}
    return {name: f"#{c.red:02x}{c.green:02x}{c.blue:02x}" for name, c in given.items()}


def test_the_measures_are_those_of_the_literature():
    assert lab(linear("#ff0000")) == pytest.approx([53.24, 80.09, 67.20], abs=0.02)
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    for kind in VISION.values():
        assert kind.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    # Red and green of equal lightness are one colour to a deuteranope.
    assert apart("#c05040", "#7d7c3c") < 12 < float(np.linalg.norm(lab(linear("#c05040")) - lab(linear("#7d7c3c"))))


@pytest.mark.parametrize("terminal", TERMINALS)
@pytest.mark.parametrize("look", EVERY, ids=str)
def test_what_means_opposites_stays_apart_with_any_colour_vision(look: Look, terminal: str):
    found = sent(look, terminal)
    for one, other in OPPOSITES:
        assert apart(found[one], found[other]) >= 35, (one, other)


@pytest.mark.parametrize("terminal", TERMINALS)
@pytest.mark.parametrize("look", EVERY, ids=str)
def test_labels_and_lines_that_stand_together_stay_apart_with_any_colour_vision(look: Look, terminal: str):
    found = sent(look, terminal)
    for one, other in (*combinations(LABELS, 2), *combinations(LINES, 2)):
        assert apart(found[one], found[other]) >= 10, (one, other, apart(found[one], found[other]))


@pytest.mark.parametrize("terminal", TERMINALS)
@pytest.mark.parametrize("look", EVERY, ids=str)
def test_every_ink_can_be_read_on_every_ground_it_stands_on(look: Look, terminal: str):
    found = sent(look, terminal)
    for ink in {tint.name for tint in INKS} - DECORATION:
        for ground in ("background", "banner", *(["chosen"] if ink in ON_CHOSEN else [])):
            assert contrast(found[ink], found[ground]) >= LEAST.get(ink, 3.0), (ink, ground)


@pytest.mark.parametrize("terminal", ["truecolor", "256"])
def test_high_contrast_has_its_grid_and_volume_in_it_too(terminal: str):
    found = sent(Look("contrast"), terminal)
    for ink in DECORATION:
        assert contrast(found[ink], found["background"]) >= 3.0


@pytest.mark.parametrize("look", EVERY, ids=str)
def test_the_16_colours_are_sent_as_they_are_meant(look: Look):
    found = colours(look, few=True)
    number = {name: Color.parse(colour).downgrade(ColorSystem.STANDARD).number for name, colour in found.items()}
    assert {name: VGA[at or 0] for name, at in number.items()} == found
    assert {found[tint.name] for tint in GROUNDS} == {found["background"]}
    readable = {name: at for name, at in number.items() if name not in DECORATION}
    assert not set(readable.values()) & ILLEGIBLE[found["background"]]


@pytest.mark.parametrize("few", [False, True])
@pytest.mark.parametrize("theme", THEMES)
def test_red_for_up_swaps_up_and_down_and_nothing_else(theme: str, few: bool):
    usual, swapped = colours(Look(theme), few=few), colours(Look(theme, red_up=True), few=few)
    assert (usual["up"], usual["down"]) == (swapped["down"], swapped["up"])
    assert {name for name in usual if usual[name] != swapped[name]} == {"up", "down"}


@pytest.mark.parametrize("few", [False, True])
@pytest.mark.parametrize("look", EVERY, ids=str)
def test_every_theme_makes_a_palette_and_has_a_name_of_its_own(look: Look, few: bool):
    theme = themed(look, few=few)
    assert palette_from(theme.variables, theme.background or "").text.color is not None
    assert len({themed(look, few=few).name for look in EVERY for few in (False, True)}) == 2 * len(EVERY)
    assert theme.dark == (look.theme != "light")
    assert themed(Look()) == DARK


def test_grounds_and_inks_are_named_once():
    names = [tint.name for tint in (*GROUNDS, *INKS)]
    assert len(names) == len(set(names))

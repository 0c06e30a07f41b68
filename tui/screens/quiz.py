"""The quiz over the dashboard: two questions about what came next, what did come, and the tally."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Static

from ...core import format as fmt
from ...core.quiz import DIRECTIONS, HORIZON, LABELS, Outcome, tally
from .. import ascii as plain_ascii
from ..keymap import KEYS
from ..scene import Scene
from ..theme import STYLES
from .modal import Modal

LOOKING = ("step_ticker", "step_range", "step_chart", "switch_volume", "toggle_basis")
"""The keys of the key table that still work: they look at what is known, and never at another time."""

HEIGHT, FOOTER = 6, 1
"""Rows of the quiz, as its style sheet has them, and those of the dashboard's footer, whose keys don't work now."""
DRAWING = "choosing a session ..."


class Round(NamedTuple):
    """One session that was asked about: what was said, and what came."""

    direction: str
    label: str
    outcome: Outcome


class Quiz(Modal[None]):
    """Asks `draw` for a session, takes two answers, and only then asks `reveal` for what came; closed by esc."""

    CSS_PATH = STYLES / "quiz.tcss"
    BINDINGS = [  # noqa: RUF012  Textual's own form
        ("escape,q", "dismiss(None)", "Back to where you were"),
        ("r", "say_direction('rise')", "The ratio will rise"),
        ("f", "say_direction('fall')", "The ratio will fall"),
        *((str(place), f"say_label({place - 1})", one.label) for place, one in enumerate(LABELS, 1)),
        ("enter,n", "next", "The next question"),
        *(Binding(key.keys, f"app.{key.action}", key.words) for key in KEYS if key.action.startswith(LOOKING)),
    ]

    def __init__(self, rounds: list[Round], draw: Callable[[], None], reveal: Callable[[], Outcome]) -> None:
        super().__init__()
        self._rounds, self._draw, self._reveal = rounds, draw, reveal
        self._beneath: Screen[Any] | None = None
        self._scene: Scene | None = None
        self._session: date | None = None
        self._asking = False
        self._direction = self._label = ""

    def compose(self) -> ComposeResult:
        """One text under the dashboard."""
        yield Static(DRAWING, id="quiz", markup=False)

    def on_mount(self) -> None:
        """Follow the app's scene, to ask only when the session is the one on the screen."""
        self.watch(self.app, "scene", self._follow)
        # The charts are what the questions are about: the dashboard makes room instead of being covered.
        self._beneath = self.app.screen_stack[-2]
        self._beneath.styles.padding = (0, 0, HEIGHT - FOOTER, 0)
        self._draw()

    def on_unmount(self) -> None:
        """The dashboard has its rows again."""
        if self._beneath is not None:
            self._beneath.styles.padding = 0

    def ask(self, session: date) -> None:
        """Ask about this session as soon as it is shown."""
        self._session, self._direction, self._label, self._asking = session, "", "", False

    def give_up(self, reason: str) -> None:
        """Nothing can be asked, and why."""
        self._session = None
        self._tell(f"{reason}\nesc: back")

    def action_say_direction(self, direction: str) -> None:
        """Answer one question."""
        if self._asking:
            self._direction = direction
            self._answered()

    def action_say_label(self, place: int) -> None:
        """Answer the other one."""
        if self._asking:
            self._label = LABELS[place].label
            self._answered()

    def action_next(self) -> None:
        """Another session, once this one is answered."""
        if self._direction and self._label and not self._asking:
            self._session, self._label = None, ""
            self._tell(DRAWING)
            self._draw()

    def _follow(self, scene: Scene) -> None:
        self._scene = scene
        if scene.reading.as_of == self._session and not self._label and not self._asking:
            self._asking = True
            self._question()

    def _answered(self) -> None:
        """What came is asked for when both are said, and not before."""
        if not (self._direction and self._label):
            self._question()
            return
        self._asking = False
        self._rounds.append(Round(self._direction, self._label, self._reveal()))
        self._show_what_came()

    def _question(self) -> None:
        assert self._session is not None
        assert self._scene is not None
        labels = "  ".join(f"{place} {one.shape} {one.label}" for place, one in enumerate(LABELS, 1))
        direction = f"you say {self._direction}" if self._direction else "r rise   f fall"
        self._tell(
            f"QUIZ {len(self._rounds) + 1}  It is {fmt.day(self._session)}, after the close; nothing later is shown.\n"
            f"{self._scene.reading.pair} over the {HORIZON} sessions from the next close:  {direction}\n"
            f"the label then:  {f'you say {self._label}' if self._label else labels}\n"
            "\n"
            "still yours: j/k ticker   [ ] range   c v R chart   esc: leave"
        )

    def _show_what_came(self) -> None:
        assert self._scene is not None
        last, (a, b) = self._rounds[-1], self._scene.reading.pair
        came = last.outcome
        moved = f"{a}/{b} {'ROSE' if came.direction == DIRECTIONS[0] else 'FELL'} {fmt.percent(came.ratio)}"
        directions = tally([one.direction for one in self._rounds], [one.outcome.direction for one in self._rounds])
        labels = tally([one.label for one in self._rounds], [one.outcome.regime.label for one in self._rounds])
        self._tell(
            f"{came.start} to {came.end}: {moved}; {a} {fmt.percent(came.a)}, {b} {fmt.percent(came.b)}\n"
            f"you said {last.direction}: {_judged(last.direction == came.direction)}   the label: {came.regime.shape} "
            f"{came.regime.label}; you said {last.label}: {_judged(last.label == came.regime.label)}\n"
            f"direction: {directions.words()}\n"
            f"label: {labels.words()}\n"
            "enter: next question   esc: back to where you were"
        )

    def _tell(self, words: str) -> None:
        if self._scene is not None and self._scene.ascii_only:
            words = "\n".join(map(plain_ascii.plain, words.split("\n")))
        self.query_one("#quiz", Static).update(words)


def _judged(right: bool) -> str:
    return "✓ right" if right else "✗ wrong"

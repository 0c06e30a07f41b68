"""What the key for the quiz does: a past session, chosen by chance, is shown as it was, and then what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from textual import work
from textual.message import Message

from ..core import history
from ..core.bars import Panel
from ..core.errors import SmallcapError
from ..core.history import History, parse_pair
from .stage import Stage
from .standpoint import Standpoint

if TYPE_CHECKING:
    from ..core.quiz import Outcome
    from .screens.quiz import Quiz, Round


@dataclass
class QuizDrawn(Message):
    """A session to be asked about, and the history and the panel that know what came after it."""

    session: date
    past: History
    panel: Panel


@dataclass
class QuizRefused(Message):
    """There is nothing to ask about, and why."""

    reason: str


class Quizzing(Stage):
    """The action that opens the quiz; the tally lasts as long as the app runs."""

    _quiz: Quiz | None = None
    _quiz_rounds: list[Round] | None = None
    _quiz_drawn: QuizDrawn | None = None
    _quiz_home: date | None = None
    _quiz_seed: int | None = None

    def action_quiz(self) -> None:
        """Ask over the dashboard; esc goes back to the time that was shown before."""
        from .screens.quiz import Quiz  # noqa: PLC0415  the first screen doesn't pay for it

        self._quiz_rounds = self._quiz_rounds or []
        self._quiz_home = self.wanted.asked
        if self.current_mode != self.DEFAULT_MODE:
            self.switch_mode(self.DEFAULT_MODE)
        self._quiz = Quiz(self._quiz_rounds, self._quiz_draw, self._quiz_reveal)
        self.push_screen(self._quiz, self._quiz_left)

    def on_quiz_drawn(self, message: QuizDrawn) -> None:
        """Travel to the session; the quiz asks when it is shown."""
        if self._quiz is not None:
            self._quiz_drawn = message
            self._quiz.ask(message.session)
            self.read(self.wanted.but(asked=message.session))

    def on_quiz_refused(self, message: QuizRefused) -> None:
        """Say why nothing is asked."""
        if self._quiz is not None:
            self._quiz.give_up(message.reason)

    def _quiz_draw(self) -> None:
        """Chance comes from the clock, once; every further question has the next number."""
        now = int(self.standpoint.clock.now().timestamp())
        self._quiz_seed = now if self._quiz_seed is None else self._quiz_seed + 1
        self._quiz_choose(self.standpoint, self.panel, self._quiz_seed)

    @work(thread=True, exclusive=True, group="quiz", exit_on_error=False)
    def _quiz_choose(self, standpoint: Standpoint, panel: Panel, seed: int) -> None:
        from ..core.quiz import choose  # noqa: PLC0415  as above

        try:
            whole = panel.until(np.datetime64(standpoint.closed(), "D"))
            past = history.compute(whole, parse_pair(standpoint.settings.pair))
            self.post_message(QuizDrawn(choose(past, seed), past, whole))
        except SmallcapError as error:
            self.post_message(QuizRefused(str(error)))

    def _quiz_reveal(self) -> Outcome:
        """What came, and the time at which it had."""
        from ..core.quiz import outcome  # noqa: PLC0415  as above

        drawn = self._quiz_drawn
        assert drawn is not None
        found = outcome(drawn.past, drawn.panel, drawn.session)
        self.read(self.wanted.but(asked=found.end))
        return found

    def _quiz_left(self, _: None) -> None:
        """Back to the time from which it was opened."""
        self._quiz = None
        self.read(self.wanted.but(asked=self._quiz_home))

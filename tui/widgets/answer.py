"""The field an answer is typed into; among given answers the arrows and first letters choose."""

from __future__ import annotations

from textual.widgets import Input

from ...core.framework.question import Question


class Answer(Input):
    """Comes with its text selected, so that typing replaces it and enter accepts it."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  Textual's own name
        super().__init__(compact=True, id=id)
        self.cursor_blink = False
        self._words: tuple[str, ...] = ()

    def ask(self, question: Question, text: str) -> None:
        """Take an answer to this question."""
        self._words = tuple(choice.word for choice in question.choices)
        self.placeholder = question.default
        self._put(text)
        self.focus()

    def on_show(self) -> None:
        """Wherever it is in sight it takes the keys, with its cursor and what is selected as they were."""
        self.screen.set_focus(self, from_app_focus=True)

    def action_cursor_left(self, select: bool = False) -> None:
        """The choice before, or one character to the left."""
        if self._words:
            self._turn(-1)
        else:
            super().action_cursor_left(select)

    def action_cursor_right(self, select: bool = False) -> None:
        """The next choice, or one character to the right."""
        if self._words:
            self._turn(1)
        else:
            super().action_cursor_right(select)

    def insert_text_at_cursor(self, text: str) -> None:
        """A letter chooses the answer that begins with it."""
        self._typed(text) if self._words else super().insert_text_at_cursor(text)

    def replace(self, text: str, start: int, end: int) -> None:
        """As above, over what is selected."""
        self._typed(text) if self._words else super().replace(text, start, end)

    def _turn(self, step: int) -> None:
        here = self._words.index(self.value) if self.value in self._words else -step
        self._put(self._words[(here + step) % len(self._words)])

    def _typed(self, text: str) -> None:
        wanted = text.strip().lower()
        self._put(next((word for word in self._words if word.startswith(wanted)), self.value))

    def _put(self, text: str) -> None:
        self.value = text
        self.select_all()

"""The plans screen: those that were saved, compared with today, and one of them to be read, exported or deleted."""

from __future__ import annotations

from functools import partial

from textual.app import ComposeResult
from textual.reactive import var

from ...core.errors import UsageError
from ...core.framework.document import plain
from ...core.framework.plan import Plan, armable
from ...core.framework.review_words import Standings
from ..exporting import FORMS, export
from ..messages import AlertWanted, PlanRetried, PlansAsked, PlanUnwanted, Said
from ..scene import Scene
from ..widgets.footer import Footer
from ..widgets.plan_list import Entry, PlanList
from .ask import Ask
from .full import LISTING, Full

ARM, RETRY = "a alert", "u save again"
OPENED = ("↑↓ scroll", "esc back", ARM, "x export", "del delete", "w new plan")


class Plans(Full):
    """A list, and over it the plan that was opened; the journal is the app's."""

    HINTS = (
        "↑↓ choose",
        "enter open",
        "esc back",
        ARM,
        "x export",
        "del delete",
        "w new",
        RETRY,
    )
    BINDINGS = [  # noqa: RUF012  Textual's own form
        ("j,down", "move(1)", "Next plan, or a row down"),
        ("k,up", "move(-1)", "Plan before, or a row up"),
        ("pagedown,space", "page(1)", "Page down"),
        *LISTING,
        ("enter", "open", "Open the plan"),
        ("escape", "back", "Back to the list, or to the dashboard"),
        ("a", "arm", "Be told when it ends"),
        ("x", "export", "Export the plan to a file"),
        ("delete", "delete", "Delete the plan"),
        ("u", "retry", "Try again to save what couldn't be written"),
    ]

    unsaved: var[tuple[Plan, ...]] = var((), init=False)

    def middle(self) -> ComposeResult:
        """The list."""
        yield PlanList(id="list").data_bind(Plans.scene)

    _standings: Standings | None = None

    def on_mount(self) -> None:
        """Follow what the app knows of the saved plans."""
        self.watch(self.app, "standings", self._follow)

    def on_screen_resume(self) -> None:
        """A plan was perhaps saved on the screen that has gone."""
        self.post_message(PlansAsked())

    def watch_scene(self, old: Scene | None, new: Scene | None) -> None:
        """Another reading asks for another comparison."""
        if old and new and old.reading is not new.reading and self.is_current:
            self.post_message(PlansAsked())

    def watch_unsaved(self, unsaved: tuple[Plan, ...]) -> None:
        """They stand above those that were saved."""
        if self.is_mounted:
            self._follow(self._standings)

    def action_move(self, step: int) -> None:
        """Another plan, or other rows of the one that is open."""
        if self._entry():
            (self._list.scroll if self._list.opened else self._list.choose)(step)
            self._hint()

    def action_page(self, step: int) -> None:
        """A page of the list or of the plan, one row of the old one kept in sight."""
        self.action_move(step * self._list.page)

    def action_open(self) -> None:
        """Show the chosen plan, how it stands above it."""
        if self._entry():
            self._list.open()
        self._hint()

    async def action_back(self) -> None:
        """To the list; from there to the dashboard."""
        if self._list.opened:
            self._list.close()
            self._hint()
        else:
            await self.run_action("app.close_open")

    def action_export(self) -> None:
        """Ask for a file and write the plan to it; what won't do is said beside the field."""
        if entry := self._entry():
            question = f"Export {_named(entry)} to which file? Its ending says how: {', '.join(FORMS)}"
            name = f"{entry.name or 'plan'}.md"
            ask = Ask(question, name, partial(export, entry.plan), name)
            self.app.push_screen(ask, partial(self._exported, entry))

    def action_delete(self) -> None:
        """Delete the plan after a typed yes."""
        if entry := self._entry():
            question = f"Delete {_named(entry)}? It can't be brought back. Type yes to delete it, esc keeps it"
            self.app.push_screen(Ask(question, "yes", _agreed), partial(self._delete, entry))

    def action_arm(self) -> None:
        """Be told of what ends the plan."""
        if entry := self._entry():
            self.post_message(AlertWanted(entry.plan, entry.name))

    def action_retry(self) -> None:
        """Have the plans that couldn't be written tried again."""
        self.post_message(PlanRetried())

    def _exported(self, entry: Entry, name: str | None) -> None:
        if name:
            self.post_message(Said(f"{entry.name or 'the plan'} is written to {plain(name)}"))

    def _delete(self, entry: Entry, text: str | None) -> None:
        if text:
            self.post_message(PlanUnwanted(entry.plan, entry.name))

    def _follow(self, standings: Standings | None) -> None:
        """Show what has become of the plans."""
        self._standings = standings
        self._list.take(standings, self.unsaved)
        self._hint()

    def _hint(self) -> None:
        """The keys that are of use: an alert where there is one to arm, another try to save what wasn't."""
        told, entry = OPENED if self._list.opened else self.HINTS, self._list.entry
        idle = {RETRY} if not self.unsaved else set()
        if entry is not None and not armable(entry.plan):
            idle.add(ARM)
        self.query_one(Footer).say([each for each in told if each not in idle])

    def _entry(self) -> Entry | None:
        """The chosen plan; says so when there is none."""
        if self._list.entry is None:
            self.post_message(Said("no plan is saved yet  w: make one"))
        return self._list.entry

    @property
    def _list(self) -> PlanList:
        return self.query_one(PlanList)


def _named(entry: Entry) -> str:
    return f"{entry.name or 'the plan that is not saved'} ({plain(entry.plan.title)})"


def _agreed(text: str) -> None:
    if text != "yes":
        raise UsageError("it is deleted only by yes, in full; esc keeps it")

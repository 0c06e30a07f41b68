"""The wizard: from the reading to a plan, a question at a time, forth and back without loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.reactive import var
from textual.widgets import Input, Static

from ...core.errors import SmallcapError
from ...core.framework import wizard as machine
from ...core.framework.curve import Curve
from ...core.framework.plan import Plan, armable, standing
from ...core.framework.profile import World
from ...core.framework.profiles import PROFILES
from ...core.funds import Facts
from ..messages import AlertWanted, PlanMade, Said
from ..scene import Scene
from ..theme import STYLES
from ..widgets.answer import Answer
from ..widgets.footer import Footer
from ..widgets.lines import Lines
from ..widgets.plan_view import PlanView
from ..widgets.wizard_blocks import Step, head, people, told
from .full import Full

CHOOSING, ASKING, PLANNED = "choosing", "asking", "planned"
ARM = "a alert"
HINTS_OF = {
    CHOOSING: ("↑↓ choose", "enter go on", "x start over", "p plans", "< > time", "? help", "esc back"),
    ASKING: ("enter next", "↑ back", "pgdn take all the rest", "esc leave, all stays"),
    PLANNED: ("enter save", ARM, "↑↓ scroll", "backspace answers", "p plans", "esc back"),
}


@dataclass
class Planned(Message):
    """A plan worked out by a wizard, with its charts; or why there is none."""

    wizard: machine.Wizard
    plan: Plan | None
    curves: tuple[Curve, ...] = ()
    problem: str = ""


class Wizard(Full):
    """Draws the state machine of core.framework.wizard; every profile's answers are kept until they are cleared."""

    CSS_PATH = STYLES / "wizard.tcss"
    HINTS = HINTS_OF[CHOOSING]
    BINDINGS = [  # noqa: RUF012  Textual's own form
        ("down,j,tab", "go(1)", "Next"),
        ("up,k,shift+tab", "go(-1)", "Before"),
        ("pagedown,space", "scroll(1)", "Page down"),
        ("pageup", "scroll(-1)", "Page up"),
        ("enter", "take", "Choose, answer or save"),
        ("backspace", "change", "Back to the answers"),
        ("x", "forget", "Start over"),
        ("a", "arm", "Be told when it ends"),
        ("escape", "leave", "Back"),
        *((str(place), f"person({place - 1})", "Choose") for place in range(1, len(PROFILES) + 1)),
    ]

    facts: var[Facts | None] = var(None, init=False)

    def __init__(self) -> None:
        super().__init__()
        self._phase = CHOOSING
        self._chosen = 0
        self._begun: dict[str, machine.Wizard] = {}
        self._world: World | None = None
        self._before: Mapping[str, str] = {}
        self._plan: Plan | None = None
        self._kept = False

    def middle(self) -> ComposeResult:
        """A question, its field and what its answer means; the plan in their place when all are answered."""
        yield Lines(id="asked").data_bind(Wizard.scene)
        with Horizontal(id="field"):
            yield Static("▸ ", markup=False)
            yield Answer(id="answer")
        yield Lines(id="told").data_bind(Wizard.scene)
        yield PlanView(id="plan").data_bind(Wizard.scene)

    def on_mount(self) -> None:
        """Ask whom the plan is for."""
        self._choose()

    def on_screen_suspend(self) -> None:
        """Who has saved a plan and goes elsewhere, help aside, is done with it: the next one begins anew."""
        if self._kept and self not in self.app.screen_stack:
            self._begun.pop(PROFILES[self._chosen].key, None)
            self._plan, self._kept = None, False
            self._choose()

    def watch_scene(self, old: Scene | None, new: Scene | None) -> None:
        """Another reading: every answer is looked at again, a plan is made anew."""
        if old is None or new is None or old.reading is new.reading or self._phase == CHOOSING:
            return
        # A refresh that found nothing new doesn't take the answers' ground away.
        if standing(old.reading) == standing(new.reading):
            return
        if self._phase == ASKING:
            self._keep_text()
        self._enter()

    def action_go(self, step: int) -> None:
        """The next or previous profile, question, or row of the plan."""
        if self._phase == CHOOSING:
            self._chosen = (self._chosen + step) % len(PROFILES)
            self._choose()
        elif self._phase == PLANNED:
            self.query_one(PlanView).scroll(step)
        elif step > 0:
            self._answer()
        else:
            self._keep_text()
            self._machine = self._machine.back()
            self._ask()

    def action_scroll(self, pages: int) -> None:
        """Pages of the plan; every question to come answered as it stands; another profile."""
        if self._phase == CHOOSING:
            self.action_go(pages)
        if self._phase == PLANNED:
            view = self.query_one(PlanView)
            view.scroll(pages * max(view.size.height - 2, 1))
        while self._phase == ASKING and pages > 0 and self._answer():
            pass

    def action_person(self, place: int) -> None:
        """One of the profiles."""
        if self._phase == CHOOSING:
            self._chosen = place
            self._enter()

    def action_take(self) -> None:
        """Begin or go on with the chosen profile; keep the plan."""
        if self._phase == CHOOSING:
            self._enter()
        elif self._plan is not None and not self._kept:
            self._kept = True
            self.post_message(PlanMade(self._plan))
        elif self._plan is not None:
            self.post_message(Said("it is saved  p: your plans"))

    def action_change(self) -> None:
        """From the plan back to its last question."""
        if self._phase == PLANNED:
            self._machine = self._machine.back()
            self._ask()

    def action_forget(self) -> None:
        """Start the chosen profile over."""
        if self._phase == CHOOSING and self._begun.pop(PROFILES[self._chosen].key, None) is None:
            self.post_message(Said("nothing was answered yet: enter begins"))
        elif self._phase == CHOOSING:
            self._choose()

    def action_arm(self) -> None:
        """Be told of what ends the plan."""
        if self._plan is not None:
            self.post_message(AlertWanted(self._plan))
        else:
            self.post_message(Said("an alert is armed from a plan: enter makes one"))

    async def action_leave(self) -> None:
        """From the plan to its questions, from there to the profiles, from there to the dashboard; all is kept."""
        if self._phase == PLANNED:
            self.action_change()
        elif self._phase == ASKING:
            self._keep_text()
            self._choose()
        else:
            await self.app.run_action("close_open")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """An answer."""
        event.stop()
        self._answer()

    def on_input_changed(self, event: Input.Changed) -> None:
        """What is being typed is judged at once."""
        event.stop()
        self._tell()

    def on_planned(self, message: Planned) -> None:
        """Show the plan, unless something else is wanted by now; back to the last question where there is none."""
        if self._phase != PLANNED or message.wizard is not self._machine:
            return
        if message.plan is None:
            self._machine = self._machine.back()
            self._ask(message.problem)
            return
        self._plan, self._kept = message.plan, False
        self.query_one(PlanView).show(message.plan, message.curves)
        self._stand(PLANNED)

    @property
    def _machine(self) -> machine.Wizard:
        profile = PROFILES[self._chosen]
        return self._begun.get(profile.key, machine.Wizard(profile))

    @_machine.setter
    def _machine(self, wizard: machine.Wizard) -> None:
        self._begun[wizard.profile.key] = wizard

    @property
    def _field(self) -> Answer:
        return self.query_one(Answer)

    def _stand(self, phase: str) -> None:
        """Show what belongs to a phase and hide the rest."""
        self._phase = phase
        working = phase == PLANNED and self._plan is None
        self.query_one("#asked").display = phase == ASKING or working
        self.query_one("#field").display = phase == ASKING
        self.query_one("#told").display = phase != PLANNED or working
        self.query_one("#told").set_class(phase == CHOOSING, "people")
        self.query_one("#plan").display = phase == PLANNED and not working
        able = self._plan is None or armable(self._plan)
        self.query_one(Footer).say([told for told in HINTS_OF[phase] if able or told != ARM])
        if phase != ASKING:
            self.set_focus(None)

    def _choose(self) -> None:
        self._stand(CHOOSING)
        every = partial(people, PROFILES, self._chosen, dict(self._begun))
        self.query_one("#told", Lines).show(every, partial(every, brief=True))

    def _enter(self) -> None:
        """Go on in the world as it is now; it stays that world, last prices included, until the next time."""
        assert self.scene is not None
        self._world = World(self.scene.reading, self.facts or Facts(), self.prices.by_ticker, self.scene.ticker)
        self._ask()

    def _ask(self, problem: str = "") -> None:
        """The open question, the plan when none is open."""
        assert self._world is not None
        world, self._plan = self._world, None
        self._machine, wrong = self._machine.sound(world)
        question = self._machine.question(world)
        self._stand(ASKING if question else PLANNED)
        self.query_one("#asked", Lines).show(partial(head, Step(self._machine, world)))
        if question is None:
            self.query_one("#told", Lines).show()
            self._work_out(self._machine, world)
            return
        self._before = self._machine.meanings(world)
        with self.prevent(Input.Changed):
            self._field.ask(question, self._machine.text(question))
        self._tell(problem or wrong)

    def _answer(self) -> bool:
        """On to the next question; False, with what is wrong said, when the answer won't do."""
        assert self._world is not None
        try:
            self._machine = self._machine.answered(self._world, self._field.value)
        except SmallcapError as error:
            self._tell(str(error))
            return False
        self._ask()
        return True

    def _tell(self, problem: str = "") -> None:
        """What the text in the field means, or what is wrong with it."""
        world, meaning = self._world, ""
        if world is None or self._phase != ASKING:
            return
        try:
            meaning = self._machine.consequence(world, self._field.value)
        except SmallcapError as error:
            problem = problem or str(error)
        step = Step(self._machine, world, meaning, problem, self._before)
        self.query_one("#told", Lines).show(partial(told, step))

    def _keep_text(self) -> None:
        if self._world is not None and (question := self._machine.question(self._world)):
            self._machine = self._machine.typed(question, self._field.value)

    @work(thread=True, exclusive=True, group="plan", exit_on_error=False)
    def _work_out(self, wizard: machine.Wizard, world: World) -> None:
        try:
            self.post_message(Planned(wizard, wizard.plan(world), wizard.curves(world)))
        except SmallcapError as error:
            self.post_message(Planned(wizard, None, problem=str(error)))

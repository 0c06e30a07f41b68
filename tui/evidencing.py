"""The evidence of the reading that is shown, worked out in other processes while its screen is looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.reactive import var
from textual.timer import Timer
from textual.worker import get_current_worker

from ..core.errors import SmallcapError
from ..core.reading import Reading
from .messages import EvidenceAsked, EvidenceTold, ReadingReady
from .scene import Scene
from .stage import Stage
from .widgets.evidence_found import Found

if TYPE_CHECKING:
    from .evidence_work import Identity, Work

MODE = "evidence"
REST_SECONDS = 0.4
"""How long the reading must stay the same: who steps through time has nothing worked out on the way."""
KEPT = 8
"""The evidence of so many readings is kept."""
WAITING = "working out"


class Evidencing(Stage):
    """Keeps `found` the evidence of the scene's reading; of another reading none is shown."""

    found: var[Found] = var(Found(), init=False)

    processes: ClassVar[int | None] = None
    """How many do the work; None for one fewer than there are cores, and never this one; 1 for none but this one."""

    _identity: Identity | None = None
    _work: Work | None = None
    _fragility_wanted = False
    _at_work = False
    _rest: Timer | None = None

    def on_mount(self) -> None:
        """Follow the reading from now on."""
        self._results: dict[Identity, Found] = {}
        self.watch(self, "scene", self._see_another, init=False)

    def on_evidence_asked(self, message: EvidenceAsked) -> None:
        """The screen is looked at: begin at once with what is missing."""
        self._fragility_wanted = message.fragility
        self._turn_to_reading()
        self._begin()

    def on_reading_ready(self, message: ReadingReady) -> None:
        """Try again what could not be worked out, once the source has been read again and says the same."""
        if message.fresh and self.found.trouble and message.reading is self.shown.reading:
            self.found = self.found._replace(trouble="")
            self._begin()

    def on_evidence_told(self, message: EvidenceTold) -> None:
        """How far the work is, what came of it, or why nothing did; of another reading's nothing is heard."""
        if message.of != self._identity:
            return
        self.found = self.found._replace(**message.changes)  # type: ignore[arg-type]
        if self.found.doing:
            return
        self._at_work = False
        if self.found.trouble:
            self.notice = f"the evidence is not worked out: {self.found.trouble}"
            return
        self._store()
        self._begin()

    def _see_another(self, old: Scene | None, new: Scene) -> None:
        if old is not None and old.reading is new.reading:
            return
        if self.current_mode != MODE:
            self._halt()
            self._identity, self.found = None, Found()
            return
        self._turn_to_reading()
        self._rest = self.set_timer(REST_SECONDS, self._begin)

    def _turn_to_reading(self) -> None:
        """Show what is known of the reading's evidence, which is nothing when it is another one's."""
        from .evidence_work import identity, work_of  # noqa: PLC0415  the first screen doesn't pay for it

        reading = self.shown.reading
        work = work_of(reading)
        if (same := identity(reading, work)) == self._identity:
            self.found = self.found._replace(trouble="")
            return
        self._halt()
        self._identity, self._work = same, work
        blank = Found(reading.as_of, str(reading.pair), doing=WAITING)
        self.found = self._results.get(same, blank)

    def _begin(self) -> None:
        """Have the next thing worked out that is missing, while somebody looks."""
        if self._identity is None or self._work is None or self._at_work or self.current_mode != MODE:
            return
        if self.found.page is None:
            self._at_work = True
            self._make_page(self._identity, self._work)
        elif self._fragility_wanted and self.found.fragile is None:
            self._at_work = True
            self._make_fragility(self._identity, self.shown.reading)
        if self._at_work and not self.found.doing:
            self.found = self.found._replace(doing=WAITING)

    def _halt(self) -> None:
        """End what is being worked out."""
        if self._rest:
            self._rest.stop()
        self.workers.cancel_group(self, MODE)
        self._at_work = False

    def _store(self) -> None:
        """Remember what is known, of the readings that were looked at last."""
        assert self._identity is not None
        self._results.pop(self._identity, None)
        self._results[self._identity] = self.found
        for oldest in list(self._results)[:-KEPT]:
            del self._results[oldest]

    @work(thread=True, exclusive=True, group=MODE, exit_on_error=False)
    def _make_page(self, of: Identity, work: Work) -> None:
        from ..core.evidence import page  # noqa: PLC0415  the first screen doesn't pay for it
        from .evidence_work import PARTS  # noqa: PLC0415  as above

        def made(parts: Sequence[Any]) -> Mapping[str, object]:
            *pages, (cards, held) = parts
            named = dict(zip(PARTS, pages, strict=False))
            return {"page": page.assembled(work.ask, named), "cards": cards, "held": held}

        self._sweep(of, work, PARTS, made)

    @work(thread=True, exclusive=True, group=MODE, exit_on_error=False)
    def _make_fragility(self, of: Identity, reading: Reading) -> None:
        from ..core.evidence import fragility  # noqa: PLC0415  the first screen doesn't pay for it

        pair, label = reading.pair, reading.regime.regime.label
        work = fragility.work(reading.panel, pair, label)
        self._sweep(of, work, fragility.CHUNKS, lambda parts: {"fragile": fragility.combined(pair, label, parts)})

    def _sweep(
        self,
        of: Identity,
        function: Callable[[Any], object],
        chunks: Sequence[object],
        made: Callable[[Sequence[Any]], Mapping[str, object]],
    ) -> None:
        """In a thread: the work in other processes, told on its way and at its end; nothing once it is cancelled."""
        from .sweeping import Stopped, Telling, sweep  # noqa: PLC0415  the first screen doesn't pay for it

        worker = get_current_worker()

        def progress(done: int, count: int) -> None:
            if done < count:
                self._tell(of, doing=f"{WAITING}: {done} of {count} parts")

        telling = Telling(progress, lambda: worker.is_cancelled)
        try:
            found = made(sweep(function, chunks, workers=self.processes, apart=self.processes is None, telling=telling))
        except Stopped:
            return
        except (SmallcapError, OSError) as error:
            self._tell(of, doing="", trouble=str(error))
        else:
            self._tell(of, **found, doing="")

    def _tell(self, of: Identity, **changes: object) -> None:
        self.post_message(EvidenceTold(of, changes))

"""Waiting for the app until nothing is left to be done in it, rather than until the process seems to do little.

Textual's own wait sleeps for 20 ms at least, and on until the process had next to no work for so long: most keys are
answered in a tenth of that, and what one causes may take longer to begin.
"""

from __future__ import annotations

import asyncio
from time import monotonic

from textual._context import active_app
from textual.app import App
from textual.screen import Screen
from textual.timer import Timer

LOOK_AGAIN = 0.002
"""Seconds after which what waits for a thread or a moment is looked at again."""


def at_work(app: App[object]) -> bool:
    """Whether a message of a widget's, a screen's or the app's waits for its turn or is under way."""
    return any(
        pump._next_callbacks or not (pump._message_queue.ready_event._waiters or pump._closed)  # type: ignore[attr-defined]
        for pump in (app, *app._registry)
        if pump._running
    )


def put_off(app: App[object]) -> list[Timer]:
    """What Textual does a moment later: every frame after another screen has come, and another size."""
    of_ours = [timer for timer in app._timers if timer.name == "delay_update" or timer is app._resize_timer]
    return [timer for timer in of_ours if timer._task and not timer._task.done()]


def to_be_drawn(screen: Screen[object]) -> bool:
    """Whether the next frame has something to draw, or something is to be done after it."""
    changed = screen._layout_required or screen._scroll_required or screen._repaint_required or screen._dirty_widgets
    return bool(changed or screen._callbacks) and screen.is_current


async def wait_for_quiet(min_sleep: float = 0.0, max_sleep: float = 10.0) -> None:
    """Until nothing in the event loop can go on by itself, for `max_sleep` at most: a test may hold something back."""
    app, loop, end = active_app.get(), asyncio.get_running_loop(), monotonic() + max_sleep
    while monotonic() < end:
        await asyncio.sleep(0)
        if loop._ready:  # type: ignore[attr-defined]
            continue
        if at_work(app):
            await asyncio.sleep(LOOK_AGAIN)
        elif moments := put_off(app):
            # Nothing else is left that could come meanwhile.
            for timer in moments:
                timer.stop()
                timer._callback()  # type: ignore[misc]
        elif app._batch_count:
            await asyncio.sleep(LOOK_AGAIN)
        elif to_be_drawn(app.screen):
            # It is drawn as it would be a sixtieth of a second later, and for the same reason.
            app.screen._on_timer_update()
        else:
            break

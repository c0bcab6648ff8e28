"""Reset, Play or Pause, and Step, in the language of the page."""

from __future__ import annotations

import threading
from typing import Any

import solara

from jcsim.app.run import Run
from jcsim.app.words import PAUSE, PLAY, RESET, STEP
from jcsim.viz.style import Words

REST = 0.05  # seconds between the years of Play


@solara.component
def Buttons(lang: str, run: solara.Reactive[Run], parameters: solara.Reactive[dict[str, Any]]) -> None:
    """What starts, steps and ends a run; Reset makes the next one of ``parameters``.

    Parameters
    ----------
    lang : ``en`` or ``zh``
    run : the run of the session
    parameters : of the next Run
    """
    say, now = Words.of(lang), run.value
    now.status.get()  # the buttons follow what the run is doing
    playing: solara.Reactive[threading.Event | None] = solara.use_reactive(None)  # set: this Play has to end

    def pause() -> None:
        paused = playing.peek()
        if paused is not None:
            paused.set()
            playing.set(None)

    def play() -> None:
        paused = threading.Event()
        playing.set(paused)
        threading.Thread(target=go_on, args=(now, paused), name="jcsim-play", daemon=True).start()

    def go_on(one: Run, paused: threading.Event) -> None:
        """Make years until paused or until the run ends, when Play is offered again."""
        while one.running and not paused.wait(REST):
            one.step()
        if not paused.is_set():
            playing.set(None)

    def reset() -> None:
        pause()
        run.set(Run(**parameters.peek()))

    solara.use_effect(lambda: pause, [])  # the page is closed
    plays = playing.value is not None
    with solara.Row(justify="space-between"):
        solara.Button(say(*RESET), color="primary", on_click=reset)
        solara.Button(
            say(*(PAUSE if plays else PLAY)),
            color="primary",
            on_click=pause if plays else play,
            disabled=not now.running,
        )
        solara.Button(say(*STEP), color="primary", on_click=now.step, disabled=plays or not now.running)

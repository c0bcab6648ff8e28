"""The page: choices on the left, the run's controls and pictures on the right. One model a browser session."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import solara

from jcsim.app.buttons import Buttons
from jcsim.app.charts import pictures
from jcsim.app.choices import Choices
from jcsim.app.controls import Controls
from jcsim.app.look import STYLE
from jcsim.app.run import Run, Stage
from jcsim.app.snapshot import Snapshot
from jcsim.app.tile import Picture
from jcsim.app.words import RESET, buttons_text, stage_text, state_text
from jcsim.indicators.select import PLAN
from jcsim.viz.style import Words

START = Choices.of(PLAN)  # what a new page shows

Parameters = dict[str, Any]  # of Run


@dataclass
class View:
    """How the pictures of a session are drawn.

    Attributes
    ----------
    lang : their language
    earlier : last snapshot of the run before, if it made a year: a pale line
    """

    lang: str = "en"
    earlier: Snapshot | None = None

    def draw(self, snapshot: Snapshot) -> list[Picture]:
        """Pictures of a snapshot."""
        return pictures(snapshot, self.earlier, self.lang)


@solara.component
def Layout(children: list[solara.Element] = []) -> solara.Element:  # noqa: B006  (Solara calls it so)
    """Solara's layout with the choices open where there is room beside the pictures, else behind the menu."""
    return solara.AppLayout(children=children, sidebar_open=None)


@solara.component
def Page() -> None:
    """The whole page of one session."""
    view = solara.use_memo(View, [])
    lang, set_lang = solara.use_state(view.lang)
    parameters = solara.use_reactive({"choices": START, "draw": view.draw})
    run = solara.use_memo(lambda: solara.reactive(Run(**parameters.peek())), [])
    solara.use_effect(lambda: _alive(run.value, view), [run.value])
    change = solara.use_memo(lambda: partial(_change, parameters), [])
    say, choices = Words.of(lang), parameters.value["choices"]
    solara.Style(STYLE)
    solara.Title(say("jcsim: Jincheng", "jcsim：晋城"))
    with solara.AppBar():
        switch = partial(_switch, say("zh", "en"), view, run, set_lang)
        solara.Button(say("中文", "English"), text=True, on_click=switch)
    with solara.Sidebar(), solara.Column(gap="4px"):
        Controls(lang, choices, change)
    with solara.Column(gap="4px"):
        with solara.Row(classes=["jcsim-bar"]):
            with solara.Div(classes=["jcsim-buttons"]):
                Buttons(lang, run, parameters)
            solara.Text(buttons_text(say), classes=["jcsim-note"])
        State(lang, run.value, choices)
        Pictures(lang, run.value)


def _change(parameters: solara.Reactive[Parameters], change: Callable[[Choices], Choices]) -> None:
    now = parameters.peek()
    parameters.set({**now, "choices": change(now["choices"])})


def _switch(lang: str, view: View, run: solara.Reactive[Run], set_lang: Callable[[str], None]) -> None:
    view.lang = lang
    run.value.redraw()
    set_lang(lang)


def _alive(run: Run, view: View) -> Callable[[], None]:
    """Build a run's model in a thread of its own; returns what to do when another takes its place."""
    threading.Thread(target=run.build, name="jcsim-build", daemon=True).start()

    def end() -> None:
        last = run.status.peek().snapshot
        if last is not None and last.year > last.start:
            view.earlier = last
        run.close()

    return end


@solara.component
def State(lang: str, run: Run, choices: Choices) -> None:
    """What the numbers rest on, what the run is doing, and what went wrong."""
    say, status = Words.of(lang), run.status.value
    with solara.Div():
        if status.snapshot is not None:
            solara.Text(state_text(status.snapshot, say), classes=["jcsim-state"])
        with solara.Div(classes=["jcsim-stage"]):
            solara.Text(stage_text(status, run.choices.scale, say))
            if choices != run.choices:
                changed = say("Choices were changed: Reset applies them.", f"选择已改动：按“{RESET[1]}”生效。")
                solara.Text(changed, classes=["jcsim-changed"])
    busy = status.stage in (Stage.BUILDING, Stage.WAITING, Stage.STEPPING)
    solara.ProgressLinear(busy, style={"visibility": "visible" if busy else "hidden"})
    if status.error:
        solara.Error(say(f"The run stopped: {status.error}", f"运行中止：{status.error}"))


@solara.component
def Pictures(lang: str, run: Run) -> None:
    """The map and the trajectories of the last year."""
    status = run.status.value
    if status.undrawn:
        text = Words.of(lang)("The pictures could not be drawn: ", "图形绘制失败：")
        solara.Error(f"{text}{status.undrawn}")
    with solara.Div(classes=["jcsim-tiles"]):
        for tile in status.pictures:
            solara.v.Html(
                tag="img", class_="jcsim-tile", attributes={"src": tile.source, "alt": tile.alt, "id": tile.name}
            ).key(tile.name)

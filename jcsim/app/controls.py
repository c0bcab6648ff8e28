"""The choices beside the charts: scenario, scale, seed and a slider for every value of the four instruments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial

import solara

from jcsim.app.choices import INSTRUMENTS, SCALES, Choices, doses, seed_of, shipped, starts, step, values_of
from jcsim.app.mesa_parts import Slider, UserInputs
from jcsim.app.words import amount_text, range_text
from jcsim.errors import InputError
from jcsim.indicators.select import scale_text
from jcsim.instruments import Dose, load_instruments
from jcsim.scenario import list_scenarios
from jcsim.viz.style import Words

# Told how the choices change, not what they become: an event may come before the page shows the one before it.
Change = Callable[[Callable[[Choices], Choices]], None]


@solara.component
def Controls(lang: str, choices: Choices, change: Change) -> None:
    """Every choice; a change acts on Reset."""
    say = Words.of(lang)
    titles = {shipped(name).title.model_dump()[say.lang]: name for name in list_scenarios()}
    scales = {scale_text(scale): scale for scale in SCALES}
    chosen = shipped(choices.case).title.model_dump()[say.lang]
    UserInputs(
        {"case": {"type": "Select", "label": say("Scenario", "情景"), "value": chosen, "values": list(titles)}},
        on_change=lambda _, title: change(lambda now: now.with_case(titles[title])),
    )
    scale = {"type": "Select", "label": say("Scale", "比例"), "values": list(scales)}
    UserInputs(
        {"scale": {**scale, "value": scale_text(choices.scale)}},
        on_change=lambda _, text: change(lambda now: now.with_scale(scales[text])),
    )
    Seed(lang, choices.seed, change)
    for name in INSTRUMENTS:
        Instrument(lang, name, choices.case, choices.values[name], change)
    if choices.changed:
        solara.Button(
            say("Back to the scenario's values", "恢复情景取值"), text=True, color="primary",
            on_click=lambda: change(lambda now: now.with_case(now.case)),
        )  # fmt: skip


@solara.component
def Seed(lang: str, seed: int | None, change: Change) -> None:
    """The seed; what is no seed is said here and changes nothing."""
    say = Words.of(lang)
    text, set_text = solara.use_state("" if seed is None else str(seed))
    wrong, set_wrong = solara.use_state("")

    def read(written: str) -> None:
        set_text(written)
        try:
            read_seed = seed_of(written)
        except InputError:
            set_wrong(written)
        else:
            set_wrong("")
            change(lambda now: now.with_seed(read_seed))

    label = say("Seed (empty: a random one)", "随机种子（留空则随机）")
    # Mesa's InputText tells of what was typed on leaving the field only; till then any drawing of the page undoes it.
    solara.InputText(label, value=text, on_value=read, continuous_update=True)
    if wrong:
        kept = say("random", "随机") if seed is None else seed
        solara.Error(
            say(
                f"A seed is a whole number from 0, or nothing for a random one. Given: {wrong}. Kept: {kept}.",
                f"种子应为不小于0的整数，留空则随机。输入：{wrong}；仍用：{kept}。",
            ),
            dense=True,
        )


@solara.component
def Instrument(lang: str, name: str, case: str, values: Mapping[str, float], change: Change) -> None:
    """Name of an instrument, when it acts, and its sliders."""
    say, entry, base = Words.of(lang), load_instruments()[name], shipped(case)
    begin = starts(base, name)
    title = say(entry.title.en, entry.title.zh)
    with solara.Div(classes=["jcsim-instrument"]):
        solara.Text(title[:1].upper() + title[1:], classes=["jcsim-title"])
        if begin > base.until:
            solara.Text(
                say(
                    f"Cannot act in this scenario: it ends in {base.until}, before {begin}.",
                    f"该情景止于{base.until}年，此项政策{begin}年起才可实施。",
                ),
                classes=["jcsim-note"],
            )
            return
        solara.Text(
            say(f"A changed value acts from {begin}.", f"改动的取值自{begin}年起生效。"), classes=["jcsim-note"]
        )
        for value, dose in doses(name).items():
            own = values_of(base)[name][value]
            _slider(say, dose, values[value], own, _size(name, value), partial(_moved, change, name, value))


def _slider(say: Words, dose: Dose, amount: float, own: float, size: float, moved: Callable[[float], None]) -> None:
    """One slider: its title, the amount chosen with its unit, and the amount of the scenario."""
    title = say(dose.title.en, dose.title.zh)
    label = f"{title[:1].upper()}{title[1:]}{say(': ', '：')}{amount_text(dose, amount, say)}"
    slider = Slider(label, value=amount, min=dose.low, max=dose.high, step=size, dtype=float)
    UserInputs({"amount": slider}, on_change=lambda _, to: moved(to))
    solara.Text(range_text(dose, own, say), classes=["jcsim-note"])


def _moved(change: Change, instrument: str, value: str, to: float) -> None:
    change(lambda now: now.with_value(instrument, value, to))


@lru_cache(maxsize=64)
def _size(instrument: str, value: str) -> float:
    """Step of a slider, on which the values of all scenarios lie."""
    everywhere = tuple(values_of(shipped(case))[instrument][value] for case in list_scenarios())
    return step(doses(instrument)[value], everywhere)

"""Population pyramids: model beside census at the start, in 2020 and at the end."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from jcsim.errors import InputError
from jcsim.indicators.cohort import five_year
from jcsim.indicators.counts import population_counts
from jcsim.indicators.select import HISTORY, Frame, Parts
from jcsim.viz.style import GREY, INK, Words, key_row, new_figure, projected, runs_text, shown, styled

GROUPS = (*(f"{age}-{age + 4}" for age in range(0, 85, 5)), "85+")
TINT = {"male": ("#2B7BB0", "#A6D3EE"), "female": ("#C77700", "#F5CE8A")}  # urban, rural


@styled
def population_pyramid(parts: Parts, region: Any, lang: str = "en") -> Figure:
    """Residents by sex, territory and five-year age group: bars the model, black steps the census.

    Up to three panels: start and 2020 of the history run (without one, start of the projection), end of the
    projection (grey steps: the census of 2020). A panel is left out when its part has no population table.
    """
    say = Words.of(lang)
    title = say(
        f"{region.name_en}: residents by age, sex and territory", f"{region.name_zh}：分年龄、性别与城乡常住人口"
    )
    panels = _panels(parts, region, say)
    source = runs_text(parts, say, ("mean", "均值")) + say(
        "Bars: model; age by territory is an assumption at the start. Source: jcsim; censuses of 2010 and 2020.",
        "条形：模型；起始年分城乡年龄为假设。来源：jcsim；2010、2020年普查。",
    )
    figure = new_figure(3.4 * max(len(panels), 2) + 0.4, 5.2, title, source, keyed=True)
    key_row(figure, _key(panels, say))
    grid = figure.subplots(1, max(len(panels), 1), squeeze=False, sharey=True)[0]
    if not panels:
        grid[0].set_axis_off()
        grid[0].text(0.5, 0.5, say("no population table in this result", "本结果无人口表"), ha="center")
    for place, (axes, panel) in enumerate(zip(grid, panels, strict=False)):
        _draw(axes, *panel, say)
        axes.set_ylabel(say("age", "年龄") if place == 0 else "")
    limit = max((abs(v) for axes in grid for v in axes.get_xlim()), default=1.0)
    for axes in grid:
        axes.set_xlim(-limit, limit)
    return figure


def _panels(parts: Parts, region: Any, say: Words) -> list[tuple[str, np.ndarray, np.ndarray | None, str]]:
    """(title, model [urban and rural, sex, 18], census or None, colour of its steps) of each panel there is data for."""
    wanted: list[tuple[Frame, str, int, int, str]] = []
    frame, names = parts.projection, projected(parts)
    if parts.history is not None:
        wanted += [(parts.history, HISTORY, 2010, 2010, INK), (parts.history, HISTORY, 2020, 2020, INK)]
    elif names:
        wanted.append((frame, shown(names), frame.years[0], frame.years[0], INK))
    if names and frame.years[-1] > 2020:
        wanted.append((frame, shown(names), frame.years[-1], 2020, GREY))
    panels = []
    for source, scenario, year, census, ink in wanted:
        found = [population_counts(source, scenario, region, year, urban=urban) for urban in (True, False)]
        counts = [count for count in found if count is not None]
        if len(counts) == len(found):
            name = say.scenario(scenario)
            title = say(f"{year} ({name})", f"{year}年（{name}）")
            model = np.stack([five_year(count.sum(axis=0)) for count in counts])
            panels.append((title, model, _census(region, census), ink))
    return panels


def _key(
    panels: list[tuple[str, np.ndarray, np.ndarray | None, str]], say: Words
) -> list[tuple[list[tuple[str, str]], str]]:
    """Shades of town and country, and the census steps that are drawn."""
    if not panels:
        return []
    inks = {ink for _, _, census, ink in panels if census is not None}
    shades = [[("■", TINT[sex][place]) for sex in TINT] for place in (0, 1)]
    entries = [(shades[0], say("urban", "城镇")), (shades[1], say("rural", "乡村"))]
    texts = {INK: say("census of the year", "当年普查"), GREY: say("census of 2020", "2020年普查")}
    return entries + [([("━", ink)], text) for ink, text in texts.items() if ink in inks]


def _census(region: Any, year: int) -> np.ndarray | None:
    try:
        census = region.census(year)
    except InputError:  # a region may hold one census only
        return None
    return five_year(np.asarray(census.population, dtype="f8").sum(axis=0))


def _draw(axes: Axes, title: str, model: np.ndarray, census: np.ndarray | None, ink: str, say: Words) -> None:
    unit = say(1e3, 1e4)
    rows = np.arange(len(GROUPS))
    for sex, (sign, name) in enumerate(((-1, "male"), (1, "female"))):
        urban, rural = model[:, sex] / unit
        axes.barh(rows, sign * urban, height=0.86, color=TINT[name][0], lw=0)
        axes.barh(rows, sign * rural, height=0.86, left=sign * urban, color=TINT[name][1], lw=0)
        if census is not None:
            axes.stairs(
                sign * census[sex] / unit, np.arange(len(GROUPS) + 1) - 0.5, orientation="horizontal", color=ink,
                lw=1.3, baseline=None,
            )  # fmt: skip
    axes.axvline(0, color="white", lw=1.0)
    axes.set_yticks(rows, GROUPS, fontsize=7.5)
    axes.set_title(title, pad=18)
    for x, text in ((0.25, say("men", "男")), (0.75, say("women", "女"))):
        axes.text(x, 1.01, text, transform=axes.transAxes, ha="center", va="bottom", color=GREY)
    axes.set_xlabel(say("thousand persons", "万人"))
    axes.xaxis.set_major_formatter(lambda value, _: f"{abs(value):g}")

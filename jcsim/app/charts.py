"""Trajectories of a run beside history, the naive trend and the plan's targets: one tile an indicator."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from jcsim.app.choices import shipped
from jcsim.app.county_map import county_map
from jcsim.app.snapshot import Snapshot
from jcsim.app.tile import DPI, DRAWING, HEIGHT, SMALL, WIDTH, Picture, heading, picture
from jcsim.indicators.catalogue import Indicator
from jcsim.indicators.catalogue import indicator as entry_of
from jcsim.indicators.select import scale_text
from jcsim.viz.points import naive_line, observed, target
from jcsim.viz.style import GREY, INK, OTHER_COLOURS, SCENARIO_COLOURS, Words, styled
from jcsim.viz.trajectories import CONSTANT, MARKERS, unit_factor, unit_text

INDICATORS = ("urbanisation_rate", "resident_population", "income_ratio", "new_urban_jobs", "fiscal_cost")
FIRST_YEAR = 2010
TARGETS_SEEN = 2026  # the year after the targets, which leaves room for their mark
PROJECTED, TREND_FROM = 2020, 2021  # census projections start from; last published year
EARLIER = "#B9A7C9"
DIGITS = {"percent": 1, "ratio": 2}
DOT, MARK = 8.0, 4.5  # points: the last year of the run shows around the mark of an observation on it


def pictures(snapshot: Snapshot, earlier: Snapshot | None, lang: str) -> list[Picture]:
    """Every picture of the page.

    Parameters
    ----------
    snapshot : of the run
    earlier : last snapshot of the run before it, drawn as a pale line
    lang : ``en`` or ``zh``
    """
    say = Words.of(lang)
    with DRAWING:
        rates = ", ".join(f"{say.name(c)} {snapshot.urban_rate[c.code]:.1f} %" for c in snapshot.region.counties)
        drawn = [picture("county_map", county_map(snapshot, lang), f"{snapshot.year}: {rates}")]
        for name in INDICATORS:
            entry = entry_of(name)
            alt = f"{say(entry.title_en, entry.title_zh)}, {latest(snapshot, name, say)}"
            drawn.append(picture(name, trajectory(snapshot, earlier, name, lang), alt))
        return drawn


@styled
def trajectory(snapshot: Snapshot, earlier: Snapshot | None, name: str, lang: str) -> Figure:
    """One indicator of the prefecture over time: the run, the run before, what was observed, trend, target."""
    say, entry = Words.of(lang), entry_of(name)
    factor, unit = unit_of(entry, say)
    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DPI)
    heading(figure, say(entry.title_en, entry.title_zh), latest(snapshot, name, say))
    axes = figure.add_axes((0.15, 0.13, 0.82, 0.55))
    _runs(axes, snapshot, earlier, name, factor, say)
    _beside(axes, snapshot, name, factor, say)
    axes.set_xlim(FIRST_YEAR - 0.6, _last_year(snapshot) + 0.6)
    axes.margins(y=0.08)
    if name == "fiscal_cost":
        axes.set_ylim(bottom=0.0, top=None if axes.get_ylim()[1] > 1.0 else 1.0)
    axes.locator_params(axis="x", integer=True, nbins=7)
    axes.locator_params(axis="y", nbins=6)
    form = ",.2f" if entry.unit == "ratio" else ",.10g"
    axes.yaxis.set_major_formatter(lambda value, _: format(value, form))
    axes.set_xlabel(say("year", "年份"), labelpad=1)
    axes.set_ylabel(unit)
    axes.grid(axis="y", color="#EEEEEE", lw=0.8)
    axes.set_axisbelow(True)
    _legends(figure, axes, earlier is not None)
    return figure


def _legends(figure: Figure, axes: Axes, with_earlier: bool) -> None:
    """What the lines and marks are; the name of the run before has a line of its own."""
    handles, labels = axes.get_legend_handles_labels()
    look = {
        "loc": "upper left", "fontsize": SMALL, "columnspacing": 1.2, "handlelength": 1.7, "handletextpad": 0.5,
        "borderpad": 0, "labelspacing": 0.3,
    }  # fmt: skip
    if with_earlier:
        figure.legend(handles[:1], labels[:1], bbox_to_anchor=(0.02, 0.745), **look)
        handles, labels = handles[1:], labels[1:]
    figure.legend(handles, labels, bbox_to_anchor=(0.02, 0.86), ncols=3, **look)


def latest(snapshot: Snapshot, name: str, say: Words) -> str:
    """``2023: 66.3 %``: the value of the last year; flows have none at the start."""
    value, entry = float(snapshot.series[name].iloc[-1]), entry_of(name)
    factor, unit = unit_of(entry, say)
    year = say(f"{snapshot.year}", f"{snapshot.year}年")
    if pd.isna(value):
        return say(f"{year}: no value yet", f"{year}：暂无")
    shown = {"percent": " %", "ratio": ""}.get(entry.unit, f" {unit}")
    return f"{year}{say(': ', '：')}{value * factor:,.{DIGITS.get(entry.unit, 1)}f}{shown}"


def unit_of(entry: Indicator, say: Words) -> tuple[float, str]:
    """What values are multiplied by before they are drawn, and the unit they then have."""
    if entry.unit == "yuan":
        return say((1e-6, "million yuan a year, current prices"), (1e-8, "亿元/年，现价"))
    return unit_factor(entry.unit, say), unit_text(entry, say)


def _runs(axes: Axes, snapshot: Snapshot, earlier: Snapshot | None, name: str, factor: float, say: Words) -> None:
    colour = SCENARIO_COLOURS.get(snapshot.case, OTHER_COLOURS[0])
    if earlier is not None:
        axes.plot(
            earlier.series[name].loc[: _last_year(snapshot)] * factor,
            color=EARLIER,
            lw=2.6,
            label=earlier_text(earlier, say),
        )
    values = snapshot.series[name] * factor
    axes.plot(values, color=colour, lw=1.8, label=say("this run", "本次运行"))
    axes.plot(values.index[-1], values.iloc[-1], "o", color=colour, ms=DOT, zorder=4)
    if name == "urbanisation_rate":
        text = say("constant territory", "固定地域")
        axes.plot(snapshot.series[CONSTANT] * factor, color=colour, lw=1.1, ls=(0, (1, 1.2)), label=text)


def earlier_text(earlier: Snapshot, say: Words) -> str:
    """Which run the pale line is: scenario, seed and scale."""
    name = say.scenario(earlier.case)
    if earlier.title != shipped(earlier.case).title.model_dump():
        name += say(", changed", "（有改动）")
    seed = say(f"seed {earlier.seed}", f"种子 {earlier.seed}")
    return say("run before: ", "上次运行：") + f"{name}, {seed}, {scale_text(earlier.scale)}"


def _last_year(snapshot: Snapshot) -> int:
    """Last year of the charts: that of the run, and not before the targets."""
    return max(snapshot.until, TARGETS_SEEN)


def _beside(axes: Axes, snapshot: Snapshot, name: str, factor: float, say: Words) -> None:
    """Naive trend, observations and target."""
    line, points, goal = _facts(snapshot.region, name, snapshot.start, snapshot.until)
    if line:
        axes.plot(
            [year for year, _ in line], [value * factor for _, value in line], color=GREY, lw=1.2,
            ls=(0, (5, 2, 1, 2)), label=say("naive trend", "简单趋势"),
        )  # fmt: skip
    words = {
        "census": say("census", "普查"),
        "published": say("published", "公布值"),
        "derived": say("derived", "推算值"),
    }
    for kind in dict.fromkeys(point.kind for point in points):
        marker, fill = MARKERS[kind]
        chosen = [point for point in points if point.kind == kind]
        axes.plot(
            [point.year for point in chosen], [point.value * factor for point in chosen], marker, mfc=fill, mec=INK,
            ms=MARK, mew=0.9, ls="", zorder=5, label=words[kind],
        )  # fmt: skip
    if goal is not None:
        year, value, _ = goal
        text = say(f"target {year}: {value * factor:g}", f"{year}年目标：{value * factor:g}")
        axes.plot(year, value * factor, "D", mfc="white", mec=INK, ms=6, mew=1.4, ls="", zorder=6, label=text)


@lru_cache(maxsize=64)
def _facts(region: Any, name: str, start: int, until: int) -> tuple[Any, Any, Any]:
    """Naive trend, observations and target of an indicator: the same in every year of a run.

    A run from the census of 2010 has no naive trend: the trend starts where that run ends.
    """
    area = str(region.code)
    line = naive_line(region, name, area, range(TREND_FROM, until + 1)) if start >= PROJECTED else []
    return line, observed(region, name, area), target(region, name, area)

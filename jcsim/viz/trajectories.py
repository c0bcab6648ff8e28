"""Headline indicators over time: runs, draws, what was observed, targets and the naive trend."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from jcsim.indicators.catalogue import Indicator
from jcsim.indicators.catalogue import indicator as entry_of
from jcsim.indicators.select import FEWEST_FOR_QUANTILES, HISTORY, Frame, Parts, interval, scale_text
from jcsim.viz.line_ends import EndLabel, label_ends
from jcsim.viz.points import naive_line, observed, target
from jcsim.viz.style import GREY, INK, Words, colours, line_widths, new_figure, projected, runs_text, styled

HEADLINES = ("urbanisation_rate", "income_ratio", "resident_population", "new_urban_jobs")
CONSTANT = "urbanisation_rate_constant_territory"
THOUSANDS = ("persons", "persons a year", "households")
SAME = 0.005  # points: two lines nobody could tell apart
TITLES = {  # the catalogue's short name would promise jobs where hires are counted
    "new_urban_jobs": ("New urban employment in the year (hires)", "城镇新增就业人数（当年招录）"),
}
MARKERS = {"census": ("o", INK), "published": ("s", INK), "derived": ("s", "white")}


@styled
def trajectories(
    parts: Parts, region: Any, lang: str = "en", indicators: tuple[str, ...] = HEADLINES, area: str | None = None
) -> Figure:
    """One panel an indicator: history run, projections with the band of draws, observations, target, naive.

    Parameters
    ----------
    parts : Parts
        Central lines from ``full`` (else ``ensemble``), bands from ``ensemble``, hindcast from ``history``.
    area : str, optional
        Default the prefecture.
    """
    say, area = Words.of(lang), area or str(region.code)
    rows = (len(indicators) + 1) // 2
    title = say(f"{region.name_en}: model, observations and targets", f"{region.name_zh}：模型、观测与规划目标")
    figure = new_figure(10.5, 3.5 * rows + 0.45, title, _source(parts, say))
    grid = figure.subplots(rows, 2, squeeze=False, sharex=True)
    first, last = _years(parts, region, area, indicators)
    grid[0, 0].set_xlim(first - 0.7, last + 0.3)
    for axes, name in zip(grid.flat, indicators, strict=False):
        _panel(axes, parts, region, area, name, say)
    for axes in grid.flat[len(indicators) :]:
        axes.set_axis_off()
    return figure


def _years(parts: Parts, region: Any, area: str, indicators: tuple[str, ...]) -> tuple[int, int]:
    """First and last year of anything drawn: all panels share them."""
    years = {year for frame in parts.frames() for year in frame.years}
    for name in indicators:
        goal = target(region, name, area)
        years |= {point.year for point in observed(region, name, area)} | ({goal[0]} if goal else set())
    return min(years), max(years)


def _panel(axes: Axes, parts: Parts, region: Any, area: str, name: str, say: Words) -> None:
    entry, tint, factor = entry_of(name), colours(parts), unit_factor(entry_of(name).unit, say)
    ends: list[EndLabel] = []
    if parts.history is not None:
        past = parts.history.central(HISTORY, name, area) * factor
        axes.plot(past.index, past, color=tint[HISTORY], lw=1.6, ls=(0, (4, 1.5)))
    names = projected(parts)
    for scenario, width in zip(names, line_widths(len(names)), strict=True):
        ends += _projection(axes, parts, scenario, name, area, factor, tint[scenario], width, say)
    ends += _naive(axes, parts, region, name, area, factor, say)
    _observations(axes, region, name, area, factor)
    ends += _target(axes, region, name, area, factor, say)
    axes.set_title(say(*TITLES.get(name, (entry.title_en, entry.title_zh))))
    axes.set_ylabel(unit_text(entry, say))
    axes.locator_params(axis="x", integer=True, nbins=6)
    axes.tick_params(labelbottom=True)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.4g}" if value < 1e4 else f"{value:,.0f}")
    axes.grid(axis="y", color="#EEEEEE", lw=0.8)
    axes.set_axisbelow(True)
    label_ends(axes, ends)


def _projection(
    axes: Axes, parts: Parts, scenario: str, name: str, area: str, factor: float, colour: str, width: float, say: Words
) -> list[EndLabel]:
    """Band and central line of one scenario; returns the labels of its line ends."""
    if parts.spread is not None:
        low, high = band(parts.spread, scenario, name, area)
        axes.fill_between(low.index, low * factor, high * factor, color=colour, alpha=0.16, lw=0)
    line = parts.projection.central(scenario, name, area) * factor
    axes.plot(line.index, line, color=colour, lw=width)
    ends = [EndLabel(line.iloc[-1], say.scenario(scenario), colour)] if len(line) else []
    if name == "urbanisation_rate":
        fixed = parts.projection.central(scenario, CONSTANT, area) * factor
        if len(fixed) and (fixed - line).abs().max() > SAME:  # a run without relabelling has one line
            axes.plot(fixed.index, fixed, color=colour, lw=0.7 * width, ls=(0, (1, 1.2)))
            text = say(f"{say.scenario(scenario)}, constant territory", f"{say.scenario(scenario)}（固定地域）")
            ends.append(EndLabel(fixed.iloc[-1], text, colour))
    return ends


def _naive(axes: Axes, parts: Parts, region: Any, name: str, area: str, factor: float, say: Words) -> list[EndLabel]:
    """The naive trend; returns the label of its end."""
    if not parts.projects:
        return []
    last = parts.projection.years[-1]
    line = naive_line(region, name, area, range(2021, last + 1))
    if not line:
        return []
    axes.plot([year for year, _ in line], [v * factor for _, v in line], color=GREY, lw=1.2, ls=(0, (5, 2, 1, 2)))
    end, value = line[-1]
    until = "" if end == last else say(f" to {end}", f"（至{end}年）")  # the label stands at the last year of the axis
    text = say("naive trend: straight line", "趋势：直线外推") + until
    return [EndLabel(value * factor, text, GREY, joined=end == last)]


def _observations(axes: Axes, region: Any, name: str, area: str, factor: float) -> None:
    for point in observed(region, name, area):
        marker, fill = MARKERS[point.kind]
        axes.plot(point.year, point.value * factor, marker, mfc=fill, mec=INK, ms=5, mew=1.0, zorder=5)


def _target(axes: Axes, region: Any, name: str, area: str, factor: float, say: Words) -> list[EndLabel]:
    """The target as a diamond; returns its label, which stands in the margin: no line or band is there."""
    goal = target(region, name, area)
    if goal is None:
        return []
    year, value, _ = goal
    axes.plot(year, value * factor, "D", mfc="white", mec=INK, ms=6.5, mew=1.4, zorder=6)
    text = say(f"◇ target {year}: {value * factor:g}", f"◇ {year}年目标：{value * factor:g}")
    return [EndLabel(value * factor, text, INK, joined=False)]


def band(frame: Frame, scenario: str, name: str, area: str) -> tuple[pd.Series, pd.Series]:
    """Low and high end of the draws by year (5-95 %, or the range of few draws)."""
    draws = frame.draws(scenario, name, area)
    ends = {year: interval(row) for year, row in draws.iterrows()}
    low = pd.Series({year: end.low for year, end in ends.items()}, dtype="float64")
    return low, pd.Series({year: end.high for year, end in ends.items()}, dtype="float64")


def unit_factor(unit: str, say: Words) -> float:
    """What a value is multiplied by before it is drawn: counts in thousands, or ten thousands in Chinese."""
    return say(1e-3, 1e-4) if unit in THOUSANDS else 1.0


def unit_text(entry: Indicator, say: Words) -> str:
    """The unit drawn on the axis."""
    if entry.unit in THOUSANDS:
        return say(f"thousand {entry.unit}", f"万{entry.unit_zh}")
    return say(entry.unit, entry.unit_zh)


def history_text(parts: Parts, say: Words) -> str:
    """What the dashed line is; it calls itself untuned only while it is."""
    if parts.history is None:
        return ""
    if parts.history.untuned:
        return say("Dashed grey: untuned history run (prior). ", "灰色虚线：未调校的历史模拟（先验）。")
    return say("Dashed grey: history run (posterior). ", "灰色虚线：历史模拟（后验）。")


def band_text(parts: Parts, say: Words) -> str:
    """What the bands are, with the number and kind of draws."""
    frame = parts.spread
    if frame is None:
        return ""
    few = frame.n_draws < FEWEST_FOR_QUANTILES
    label, scale = frame.label or "parameter", scale_text(frame.scale)
    label_zh = {"prior": "先验", "posterior": "后验"}.get(label, "参数")
    kind = say("range", "范围") if few else say("5-95 %", "5-95%区间")
    return say(
        f"Bands: {kind} of {frame.n_draws} {label} draws at {scale}, no discrepancy term. ",
        f"阴影：{scale}下{frame.n_draws}次{label_zh}抽样的{kind}，不含模型误差项。",
    )


def _source(parts: Parts, say: Words) -> str:
    marks = say(
        "Circles: census; squares: published (white: derived); diamond: target. ",
        "圆：普查；方：公布值（空心为推算）；菱形：规划目标。",
    )
    sources = say(
        "Sources: jcsim; censuses of 2010 and 2020; published values and targets: plan of May 2023.",
        "来源：jcsim；2010、2020年普查；公布值与目标：晋市发改城交发〔2023〕45号。",
    )
    dotted = say("Dotted: constant territory. ", "点线：固定地域。")
    return f"{runs_text(parts, say)}{history_text(parts, say)}{band_text(parts, say)}{marks}{dotted}{sources}"

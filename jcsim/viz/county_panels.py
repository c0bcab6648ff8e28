"""Small multiples: urbanisation rate and population of every county beside the censuses."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from jcsim.indicators.catalogue import indicator as entry_of
from jcsim.indicators.select import HISTORY, Parts
from jcsim.viz.points import observed
from jcsim.viz.style import INK, Words, colours, new_figure, projected, styled
from jcsim.viz.trajectories import MARKERS, band, band_text, history_text, unit_factor, unit_text

ROWS = ("urbanisation_rate", "resident_population")


@styled
def county_panels(parts: Parts, region: Any, lang: str = "en") -> Figure:
    """One column a county: urbanisation rate above (common axis), resident population below."""
    say = Words.of(lang)
    title = say("Counties: urbanisation rate and resident population", "各县（市、区）城镇化率与常住人口")
    marks = say(
        "Circles: census; squares: published 2021 (white: derived). Source: jcsim; censuses of 2010 and 2020.",
        "圆：普查；方：2021年公布值（空心为推算）。来源：jcsim；2010、2020年普查。",
    )
    source = f"{history_text(parts, say)}{band_text(parts, say)}{marks}"
    figure = new_figure(13.0, 5.8, title, source)
    grid = figure.subplots(2, len(region.counties), sharex=True, squeeze=False)
    for row, name in enumerate(ROWS):
        for axes, county in zip(grid[row], region.counties, strict=True):
            _panel(axes, parts, region, str(county.code), name, say)
            axes.set_title(say.name(county) if row == 0 else "")
        grid[row, 0].set_ylabel(f"{say(entry_of(name).title_en, entry_of(name).title_zh)}"
                                f" ({unit_text(entry_of(name), say)})")  # fmt: skip
    _common_axis(list(grid[0]))
    _legend(figure, parts, say)
    return figure


def _panel(axes: Axes, parts: Parts, region: Any, area: str, name: str, say: Words) -> None:
    tint, factor = colours(parts), unit_factor(entry_of(name).unit, say)
    if parts.history is not None:
        past = parts.history.central(HISTORY, name, area) * factor
        axes.plot(past.index, past, color=tint[HISTORY], lw=1.4, ls=(0, (4, 1.5)))
    for scenario in projected(parts):
        if parts.spread is not None:
            low, high = band(parts.spread, scenario, name, area)
            axes.fill_between(low.index, low * factor, high * factor, color=tint[scenario], alpha=0.16, lw=0)
        line = parts.projection.central(scenario, name, area) * factor
        axes.plot(line.index, line, color=tint[scenario], lw=1.6)
    for point in observed(region, name, area):
        marker, fill = MARKERS[point.kind]
        axes.plot(point.year, point.value * factor, marker, mfc=fill, mec=INK, ms=4.5, mew=0.9, zorder=5)
    axes.grid(axis="y", color="#EEEEEE", lw=0.8)
    axes.set_axisbelow(True)
    axes.set_xticks([2010, 2020, 2030])
    axes.margins(y=0.12)


def _common_axis(row: list[Axes]) -> None:
    """The same range for all panels of rates, so that counties compare."""
    low = min(axes.get_ylim()[0] for axes in row)
    high = min(max(axes.get_ylim()[1] for axes in row), 104.0)
    for place, axes in enumerate(row):
        axes.set_ylim(low, high)
        axes.tick_params(labelleft=place == 0)


def _legend(figure: Figure, parts: Parts, say: Words) -> None:
    """Scenario names in their colours, once for all panels."""
    tint, names = colours(parts), projected(parts)
    width, height = figure.get_size_inches()
    x = 1.0 - 0.12 / width
    for scenario in reversed(names):
        label = figure.text(
            x, 1 - 0.13 / height, f"— {say.scenario(scenario)}", color=tint[scenario], ha="right", va="top", fontsize=9
        )
        figure.draw_without_rendering()
        x = label.get_window_extent().transformed(figure.transFigure.inverted()).x0 - 0.15 / width

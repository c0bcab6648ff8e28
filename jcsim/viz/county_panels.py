"""Small multiples: urbanisation rate and population of every county beside the censuses."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from jcsim.indicators.catalogue import indicator as entry_of
from jcsim.indicators.select import HISTORY, Parts
from jcsim.viz.points import observed
from jcsim.viz.style import INK, Words, colours, key_row, line_widths, new_figure, projected, runs_text, styled
from jcsim.viz.trajectories import MARKERS, band, band_text, history_text, unit_factor, unit_text

ROWS = ("urbanisation_rate", "resident_population")
MARK = 3.0  # points above 100 %, so that a mark there is seen whole


@styled
def county_panels(parts: Parts, region: Any, lang: str = "en") -> Figure:
    """One column a county: urbanisation rate above (common axis), resident population below."""
    say = Words.of(lang)
    title = say("Counties: urbanisation rate and resident population", "各县（市、区）城镇化率与常住人口")
    marks = say(
        "Circles: census; squares: published 2021 (white: derived). Below, all axes span the same percentage of the "
        "county's population of 2020. Source: jcsim; censuses of 2010 and 2020.",
        "圆：普查；方：2021年公布值（空心为推算）。下排各纵轴跨度为各县2020年人口的相同百分比。来源：jcsim；2010、2020年普查。",
    )
    source = f"{runs_text(parts, say)}{history_text(parts, say)}{band_text(parts, say)}{marks}"
    figure = new_figure(10.5, 5.6, title, source, keyed=True)
    grid = figure.subplots(2, len(region.counties), sharex=True, squeeze=False)
    for row, name in enumerate(ROWS):
        for axes, county in zip(grid[row], region.counties, strict=True):
            _panel(axes, parts, region, str(county.code), name, say)
            axes.set_title(say.name(county) if row == 0 else "")
        grid[row, 0].set_ylabel(f"{say(entry_of(name).title_en, entry_of(name).title_zh)}"
                                f" ({unit_text(entry_of(name), say)})")  # fmt: skip
    _common_axis(list(grid[0]))
    _common_span(list(grid[1]), [_size(region, str(county.code), parts) for county in region.counties])
    tint = colours(parts)
    key_row(figure, (([("━", tint[name])], say.scenario(name)) for name in projected(parts)))
    return figure


def _panel(axes: Axes, parts: Parts, region: Any, area: str, name: str, say: Words) -> None:
    tint, factor = colours(parts), unit_factor(entry_of(name).unit, say)
    if parts.history is not None:
        past = parts.history.central(HISTORY, name, area) * factor
        axes.plot(past.index, past, color=tint[HISTORY], lw=1.4, ls=(0, (4, 1.5)))
    names = projected(parts)
    for scenario, width in zip(names, line_widths(len(names)), strict=True):
        if parts.spread is not None:
            low, high = band(parts.spread, scenario, name, area)
            axes.fill_between(low.index, low * factor, high * factor, color=tint[scenario], alpha=0.16, lw=0)
        line = parts.projection.central(scenario, name, area) * factor
        axes.plot(line.index, line, color=tint[scenario], lw=width)
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
    high = min(max(axes.get_ylim()[1] for axes in row) + MARK, 100.0 + MARK)
    for place, axes in enumerate(row):
        axes.set_ylim(low, high)
        axes.tick_params(labelleft=place == 0)


def _size(region: Any, area: str, parts: Parts) -> float:
    """Residents of a county that its axis is relative to: the last census, else the first value run."""
    points = [point.value for point in observed(region, "resident_population", area) if point.kind == "census"]
    if points:
        return points[-1]
    frame = parts.projection if parts.projects else parts.history
    values = [] if frame is None else frame.central(frame.scenarios[0], "resident_population", area).tolist()
    return values[0] if values else 1.0


def _common_span(row: list[Axes], sizes: list[float]) -> None:
    """The same span in percent of a county's own size, so that an equal fall looks equal."""
    low = min(axes.get_ylim()[0] / size for axes, size in zip(row, sizes, strict=True))
    high = max(axes.get_ylim()[1] / size for axes, size in zip(row, sizes, strict=True))
    for axes, size in zip(row, sizes, strict=True):
        axes.set_ylim(low * size, high * size)

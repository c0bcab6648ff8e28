"""Where the rise of urbanisation comes from: points of the rate and persons of the urban count."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from jcsim.indicators.decomposition import PARTS, decompose
from jcsim.indicators.select import HISTORY, Frame, Parts
from jcsim.viz.style import (
    INK,
    LINE,
    PART_COLOURS,
    Words,
    frame,
    new_figure,
    projected,
    right_end,
    runs_text,
    styled,
)

NAMES = {
    "natural": ("natural growth of towns", "城镇自然增长"),
    "migration": ("moves to towns", "迁入城镇"),
    "territory": ("relabelled territory", "地域改划"),
    "rural_shrinkage": ("rural shrinkage", "乡村人口减少"),
    "unallocated": ("not allocated", "未分配"),
}
VISIBLE = 0.05  # points of the rate


@styled
def decomposition(parts: Parts, region: Any, lang: str = "en") -> Figure:
    """Two panels of stacked bars, one bar a run and period: the rate (points), the urban count (persons)."""
    say = Words.of(lang)
    title = say(f"{region.name_en}: where the rise of urbanisation comes from", f"{region.name_zh}：城镇化上升的来源")
    source = runs_text(parts, say) + say(
        "\nExact split of the change of the rate with mean weights; rural shrinkage raises the rate without any urban gain. "
        "Source: jcsim.",
        "\n对城镇化率变化的精确分解（均值权重）；乡村人口减少无需城镇增长即可推高城镇化率。来源：jcsim。",
    )
    bars = _bars(parts, str(region.code), say)
    figure = new_figure(11.0, 1.6 + 0.62 * max(len(bars), 2), title, source)
    rate, count = figure.subplots(1, 2)
    if not bars:
        for axes in (rate, count):
            axes.set_axis_off()
        rate.text(
            0.5, 0.5, say("growth by source was not recorded in this result", "本结果未记录增长来源"), ha="center"
        )
        return figure
    _stack(rate, bars, "points", PARTS, 1.0, say)
    rate.set_title(say("urbanisation rate", "城镇化率"))
    rate.set_xlabel(say("percentage points", "百分点"))
    _stack(count, bars, "persons", tuple(name for name in PARTS if name != "rural_shrinkage"), say(1e-3, 1e-4), say)
    count.set_title(say("urban residents", "城镇常住人口"))
    count.set_xlabel(say("thousand persons", "万人"))
    count.tick_params(labelleft=False)
    _key(figure, bars, say)
    return figure


def decompositions(parts: Parts, area: str) -> list[tuple[str, int, int, pd.DataFrame]]:
    """(scenario, start, end, parts by name) of the history decade and of each projection to 2025 and to its end."""
    wanted: list[tuple[Frame, str, int, int]] = []
    if parts.history is not None:
        wanted.append((parts.history, HISTORY, 2010, 2020))
    runs = parts.projection
    for scenario in projected(parts):
        first, last = runs.years[0], runs.years[-1]
        ends = sorted({year for year in (2025, last) if first < year <= last})
        wanted += [(runs, scenario, first, end) for end in ends]
    found = [
        (scenario, start, end, decompose(source, scenario, area, start, end)) for source, scenario, start, end in wanted
    ]
    return [(scenario, start, end, table.set_index("part")) for scenario, start, end, table in found if not table.empty]


def _bars(parts: Parts, area: str, say: Words) -> list[tuple[str, pd.DataFrame]]:
    """(label, parts by name) of every bar."""
    found = decompositions(parts, area)
    return [(f"{say.scenario(scenario)}\n{start}-{end}", table) for scenario, start, end, table in found]


def _stack(
    axes: Axes, bars: list[tuple[str, pd.DataFrame]], column: str, names: tuple[str, ...], factor: float, say: Words
) -> None:
    for row, (_, table) in enumerate(bars):
        right, left = 0.0, 0.0
        for name in names:
            value = float(table.loc[name, column]) * factor
            start = right if value >= 0 else left
            axes.barh(row, value, left=start, height=0.62, color=PART_COLOURS[name], ec="white", lw=0.8)
            right, left = (right + value, left) if value >= 0 else (right, left + value)
        total = float(table.loc[list(names), column].sum()) * factor
        axes.annotate(
            f"{total:+.1f}".replace("-", "−"), (right, row), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8.5,
            color=INK,
        )  # fmt: skip
    axes.axvline(0, color=INK, lw=0.8)
    axes.set_yticks(range(len(bars)), [label for label, _ in bars])
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.invert_yaxis()
    axes.margins(x=0.14)
    axes.spines["left"].set_visible(False)


def _key(figure: Figure, bars: list[tuple[str, pd.DataFrame]], say: Words) -> None:
    """Parts named beside their colours, in a line under the title; a part too small to see is not named."""
    width, height = figure.get_size_inches()
    x, top = 0.12 / width, 1 - 0.42 / height
    for name in PARTS:
        if all(abs(float(table.loc[name, "points"])) < VISIBLE for _, table in bars):
            continue
        figure.text(x, top, "■", color=PART_COLOURS[name], va="top", fontsize=9)
        text = figure.text(x + 0.16 / width, top, say(*NAMES[name]), color=INK, va="top", fontsize=9)
        x = right_end(figure, text) + 0.2 / width
    figure.set_layout_engine(frame(height, head=0.7, foot=0.08 + 2 * LINE))

"""Where the rise of urbanisation comes from: points of the rate and persons of the urban count."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from jcsim.indicators.decomposition import PARTS, decompose
from jcsim.indicators.select import HISTORY, Frame, Parts
from jcsim.viz.style import INK, PART_COLOURS, Words, key_row, new_figure, projected, runs_text, styled

NAMES = {
    "natural": ("natural growth of towns", "城镇自然增长"),
    "migration": ("moves to towns", "迁入城镇"),
    "territory": ("relabelled territory", "地域改划"),
    "rural_shrinkage": ("rural shrinkage", "乡村人口减少"),
    "unallocated": ("not allocated", "未分配"),
}
VISIBLE = 0.004  # of the longest bar of a panel
NET = ("◆", "net change", "净变化")


@styled
def decomposition(parts: Parts, region: Any, lang: str = "en") -> Figure:
    """Two panels of stacked bars, one bar a run and period: the rate (points), the urban count (persons)."""
    say = Words.of(lang)
    title = say(f"{region.name_en}: where the rise of urbanisation comes from", f"{region.name_zh}：城镇化上升的来源")
    source = runs_text(parts, say, ("means", "均值")) + say(
        "Exact split of the change of the rate with mean weights; rural shrinkage raises the rate without any urban gain. "
        "Source: jcsim.",
        "对城镇化率变化的精确分解（均值权重）；乡村人口减少无需城镇增长即可推高城镇化率。来源：jcsim。",
    )
    bars = _bars(parts, str(region.code), say)
    figure = new_figure(10.5, 1.5 + 0.62 * max(len(bars), 2), title, source, keyed=True)
    rate, count = figure.subplots(1, 2)
    if not bars:
        for axes in (rate, count):
            axes.set_axis_off()
        rate.text(
            0.5, 0.5, say("growth by source was not recorded in this result", "本结果未记录增长来源"), ha="center"
        )
        return figure
    _stack(rate, bars, "points", PARTS, 1.0, say)
    count_parts = tuple(name for name in PARTS if name != "rural_shrinkage")
    rate.set_title(say("urbanisation rate", "城镇化率"))
    rate.set_xlabel(say("percentage points", "百分点"))
    _stack(count, bars, "persons", count_parts, say(1e-3, 1e-4), say)
    count.set_title(say("urban residents", "城镇常住人口"))
    count.set_xlabel(say("thousand persons", "万人"))
    count.tick_params(labelleft=False)
    seen = _seen(bars, "points", PARTS) | _seen(bars, "persons", count_parts)
    entries = [([("■", PART_COLOURS[name])], say(*NAMES[name])) for name in PARTS if name in seen]
    key_row(figure, [*entries, ([(NET[0], INK)], say(*NET[1:]))])
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
        axes.plot(total, row, "D", color=INK, mec="white", mew=0.9, ms=6.0, zorder=5, clip_on=False)
        axes.annotate(
            say("net ", "净") + f"{total:+.1f}".replace("-", "−"), (right, row), xytext=(7, 0),
            textcoords="offset points", va="center", fontsize=8.5, color=INK,
        )  # fmt: skip
    axes.axvline(0, color=INK, lw=0.8)
    axes.set_yticks(range(len(bars)), [label for label, _ in bars])
    axes.tick_params(axis="y", length=0, labelcolor=INK)
    axes.invert_yaxis()
    axes.margins(x=0.2)
    axes.spines["left"].set_visible(False)


def _seen(bars: list[tuple[str, pd.DataFrame]], column: str, names: tuple[str, ...]) -> set[str]:
    """Parts of one panel that are long enough in some bar to be seen."""
    sizes = pd.DataFrame([table.loc[list(names), column].abs() for _, table in bars])
    return set(sizes.columns[sizes.max() >= VISIBLE * sizes.sum(axis=1).max()])

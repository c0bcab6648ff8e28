"""Moves between counties and outside, summed over the projection: a heat map with its numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from jcsim.indicators.select import BASELINE, PLAN, Frame, Parts
from jcsim.viz.style import GREY, INK, Words, new_figure, projected, runs_text, shown, styled

RAISED = 20.0  # points from a matrix to a name of its upper line
SHANXI, OTHER = "shanxi", "other"  # outside places are shown as two groups


@styled
def flows(parts: Parts, region: Any, lang: str = "en") -> Figure:
    """Origin by destination, persons a year on average: baseline beside plan, or the one scenario there is of them."""
    say = Words.of(lang)
    found = [(name, flow_matrix(parts.projection, name, region)) for name in _shown(projected(parts))]
    tables = [(name, table) for name, table in found if table is not None and not table.empty]
    title = say("Changes of residence by origin and destination", "居住地变动：来源地与目的地")
    source = runs_text(parts, say, ("mean", "均值")) + say(
        "Moves of six months and more; the diagonal is moves between townships of a county, and outside, of members away. "
        "Shade: square root of persons; totals are not shaded. Source: jcsim.",
        "居住满六个月的居住地变动；对角线为县内跨乡镇变动，市外为外出成员在市外的变动。颜色深浅为人数平方根；合计不着色。来源：jcsim。",
    )
    figure = new_figure(10.5, 4.9 if len(tables) > 1 else 6.2, title, source)
    grid = figure.subplots(1, max(len(tables), 1), squeeze=False)[0]
    if not tables:
        grid[0].set_axis_off()
        grid[0].text(0.5, 0.5, say("no flows in this result", "本结果无流动表"), ha="center")
        return figure
    years = parts.projection.tables["flows"]["year"]
    span = say(f"{years.min()}-{years.max()}, persons a year", f"{years.min()}–{years.max()}年，人/年")
    most = max(table.to_numpy().max() for _, table in tables)
    narrow = say(len(tables) > 1, False)
    for place, (axes, (scenario, table)) in enumerate(zip(grid, tables, strict=True)):
        _heat(axes, table, most, narrow, region, say)
        axes.set_title(say(f"{say.scenario(scenario)}, {span}", f"{say.scenario(scenario)}，{span}"))
        if place:
            axes.tick_params(labelleft=False)
            axes.set_ylabel("")
    return figure


def _shown(names: list[str]) -> list[str]:
    """Baseline and plan where both were run, else one scenario; none without projections."""
    pair = [name for name in (BASELINE, PLAN) if name in names]
    return pair if len(pair) == 2 else [shown(names)] if names else []


def flow_matrix(frame: Frame, scenario: str, region: Any) -> pd.DataFrame | None:
    """Persons a year by origin (rows) and destination: county codes, other Shanxi, other provinces.

    Central run (replicate 0) where it was recorded, else the mean over replicates; None without flows.
    """
    table = frame.tables.get("flows")
    if table is None:
        return None
    rows = table[table["scenario"].astype(str) == scenario]
    if (rows["replicate"] == 0).any():
        rows = rows[rows["replicate"] == 0]
    if rows.empty:
        return None
    order = [*(str(county.code) for county in region.counties), SHANXI, OTHER]
    group = {code: code for code in order} | {
        str(place.code): OTHER if place.cross_province else SHANXI for place in region.places if place.outside
    }
    ends = {side: rows[side].astype(str).map(group) for side in ("origin", "destination")}
    total = rows["persons"].groupby([ends["origin"], ends["destination"]]).sum().unstack(fill_value=0)
    runs = rows["replicate"].nunique() * rows["year"].nunique()
    return total.reindex(index=order, columns=order, fill_value=0) / runs


def _heat(axes: Axes, table: pd.DataFrame, most: float, narrow: bool, region: Any, say: Words) -> None:
    """One matrix with its totals.

    ``most`` is the largest flow of all matrices, which share their shades; ``narrow`` is whether the names of
    two neighbouring columns have no room in one line.
    """
    values, top = table.to_numpy(dtype="f8"), max(float(np.sqrt(most)), 1.0)
    shade = np.sqrt(values)  # a square root keeps small flows visible beside the large ones
    axes.imshow(shade, cmap="Blues", aspect="auto", vmin=0.0, vmax=top * 1.15)
    names = {str(county.code): say.name(county) for county in region.counties}
    names |= {SHANXI: say("other Shanxi", "省内其他"), OTHER: say("other provinces", "省外")}
    labels = [*(names[code] for code in table.index), say("all", "合计")]
    step = 2 if narrow else 1
    axes.set_xticks(range(0, len(labels), step), labels[::step], va="baseline")
    if narrow:
        axes.set_xticks(
            range(1, len(labels), 2), labels[1::2], minor=True, va="baseline"
        )  # every other name one line higher
    axes.set_yticks(range(len(labels)), labels)
    axes.set_xlim(-0.5, len(values) + 0.5)
    axes.set_ylim(len(values) + 0.5, -0.5)
    axes.xaxis.tick_top()
    axes.tick_params(which="both", length=0, colors=INK)
    axes.tick_params(axis="x", which="major", pad=6)
    axes.tick_params(axis="x", which="minor", pad=RAISED)
    axes.xaxis.set_label_position("top")
    axes.set_xlabel(say("to →", "目的地 →"), color=GREY, loc="left", labelpad=12)
    axes.set_ylabel(say("← from", "← 来源地"), color=GREY, loc="top", labelpad=8)
    axes.spines[:].set_visible(False)
    for i, row in enumerate(values):
        for j, value in enumerate(row):
            _number(axes, j, i, value, "white" if shade[i, j] > 0.62 * top else INK)
        _number(axes, len(values), i, row.sum(), GREY)
        _number(axes, i, len(values), values[:, i].sum(), GREY)


def _number(axes: Axes, x: int, y: int, value: float, colour: str) -> None:
    text = f"{value:,.0f}" if value else "·"
    axes.text(x, y, text, ha="center", va="center", fontsize=8.0, color=colour)

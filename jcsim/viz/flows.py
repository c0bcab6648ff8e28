"""Moves between counties and outside, summed over the projection: a heat map with its numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from jcsim.indicators.select import Frame, Parts
from jcsim.viz.style import GREY, INK, Words, new_figure, projected, runs_text, shown, styled

SHANXI, OTHER = "shanxi", "other"  # outside places are shown as two groups


@styled
def flows(parts: Parts, region: Any, lang: str = "en") -> Figure:
    """Origin by destination, persons a year on average, of the plan (or last) projection scenario."""
    say = Words.of(lang)
    frame, names = parts.projection, projected(parts)
    scenario = shown(names) if names else ""
    table = flow_matrix(frame, scenario, region)
    title = say("Changes of residence by origin and destination", "居住地变动：来源地与目的地")
    source = runs_text(parts, say) + say(
        "\nMoves of six months and more; the diagonal is moves between townships of a county, and outside, of members away. "
        "\nShade: square root of persons; totals are not shaded. Source: jcsim.",
        "\n居住满六个月的居住地变动；对角线为县内跨乡镇变动，市外为外出成员在市外的变动。\n颜色深浅为人数平方根；合计不着色。来源：jcsim。",
    )
    figure = new_figure(9.4, 6.8, title, source)
    axes = figure.subplots()
    if table is None or table.empty:
        axes.set_axis_off()
        axes.text(0.5, 0.5, say("no flows in this result", "本结果无流动表"), ha="center")
        return figure
    years = frame.tables["flows"]["year"]
    _heat(axes, table, region, say)
    axes.set_title(
        say(f"{say.scenario(scenario)}, {years.min()}-{years.max()}, persons a year", f"{say.scenario(scenario)}，"
            f"{years.min()}–{years.max()}年，人/年")
    )  # fmt: skip
    return figure


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


def _heat(axes: Axes, table: pd.DataFrame, region: Any, say: Words) -> None:
    values = table.to_numpy(dtype="f8")
    shade = np.sqrt(values)  # a square root keeps small flows visible beside the large ones
    axes.imshow(shade, cmap="Blues", aspect="auto", vmin=0.0, vmax=max(shade.max(), 1.0) * 1.15)
    names = {str(county.code): say.name(county) for county in region.counties}
    names |= {SHANXI: say("other Shanxi", "省内其他"), OTHER: say("other\nprovinces", "省外")}
    labels = [*(names[code] for code in table.index), say("all", "合计")]
    axes.set_xticks(range(len(labels)), labels, va="baseline")
    axes.set_yticks(range(len(labels)), [label.replace("\n", " ") for label in labels])
    axes.set_xlim(-0.5, len(values) + 0.5)
    axes.set_ylim(len(values) + 0.5, -0.5)
    axes.xaxis.tick_top()
    axes.tick_params(length=0, colors=INK)
    axes.tick_params(axis="x", pad=6)
    axes.xaxis.set_label_position("top")
    axes.set_xlabel(say("to", "目的地"), color=GREY)
    axes.set_ylabel(say("from", "来源地"), color=GREY)
    axes.spines[:].set_visible(False)
    for i, row in enumerate(values):
        for j, value in enumerate(row):
            dark = shade[i, j] > 0.62 * shade.max()
            _number(axes, j, i, value, "white" if dark else INK)
        _number(axes, len(values), i, row.sum(), GREY)
        _number(axes, i, len(values), values[:, i].sum(), GREY)


def _number(axes: Axes, x: int, y: int, value: float, colour: str) -> None:
    text = f"{value:,.0f}" if value else "·"
    axes.text(x, y, text, ha="center", va="center", fontsize=8.5, color=colour)

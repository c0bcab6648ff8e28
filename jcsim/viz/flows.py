"""Moves between counties and outside, summed over the projection: a heat map with its numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from jcsim.indicators.select import Frame, Parts
from jcsim.viz.style import GREY, INK, Words, new_figure, projected, shown, styled

SHANXI, OTHER = "shanxi", "other"  # outside places are shown as two groups


@styled
def flows(parts: Parts, region: Any, lang: str = "en") -> Figure:
    """Origin by destination, persons a year on average, of the plan (or last) projection scenario."""
    say = Words.of(lang)
    frame, names = parts.projection, projected(parts)
    scenario = shown(names) if names else ""
    table = flow_matrix(frame, scenario, region)
    title = say("Changes of residence by origin and destination", "居住地变动：来源地与目的地")
    source = say(
        "Changes of residence of six months and more; the diagonal is moves between townships of a county. Source: jcsim.",
        "居住满六个月的居住地变动；对角线为县内跨乡镇变动。来源：jcsim。",
    )
    figure = new_figure(8.6, 6.4, title, source)
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
    names |= {SHANXI: say("other Shanxi", "省内其他"), OTHER: say("other provinces", "省外")}
    labels = [names[code] for code in table.index]
    axes.set_xticks(range(len(labels)), labels, va="baseline")
    axes.set_yticks(range(len(labels)), labels)
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
            text = f"{value:,.0f}" if value else "·"
            axes.text(j, i, text, ha="center", va="center", fontsize=8.5, color="white" if dark else INK)

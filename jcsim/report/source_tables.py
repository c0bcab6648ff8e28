"""Tables of where urbanisation comes from: parts of the rate and of the urban count."""

from __future__ import annotations

from typing import Any

import pandas as pd

from jcsim.indicators.decomposition import PARTS
from jcsim.indicators.select import Parts
from jcsim.report.grid import Grid
from jcsim.viz.decomposition import NAMES, decompositions
from jcsim.viz.style import Words


def decomposition_grids(parts: Parts, region: Any, say: Words) -> list[Grid]:
    """Points of the rate and persons of the urban count by run and period, each with its sum."""
    found = decompositions(parts, str(region.code))
    bars = [(f"{say.scenario(scenario)} {start}-{end}", table) for scenario, start, end, table in found]
    count_parts = tuple(name for name in PARTS if name != "rural_shrinkage")
    note = _note(parts, say)
    return [
        _grid(
            say("Change of the urbanisation rate, points", "城镇化率的变化（百分点）"),
            bars,
            PARTS,
            "points",
            2,
            note,
            say,
        ),
        _grid(
            say("Change of the urban count, persons", "城镇人口的变化（人）"),
            bars,
            count_parts,
            "persons",
            0,
            note,
            say,
        ),
    ]


def _grid(
    title: str,
    bars: list[tuple[str, pd.DataFrame]],
    parts: tuple[str, ...],
    column: str,
    digits: int,
    note: str,
    say: Words,
) -> Grid:
    rows = []
    for name, table in bars:
        values = [float(table.loc[part, column]) for part in parts]
        rows.append([name, *(f"{value:+,.{digits}f}" for value in (*values, sum(values)))])
    head = ["", *(say(*NAMES[part]) for part in parts), say("all", "合计")]
    return Grid(title, head, rows, note=note)


def _note(parts: Parts, say: Words) -> str:
    """What is added up, where a run is a set of draws."""
    shown = (parts.projection if parts.projects else None, parts.history)  # what ``decompositions`` splits
    if all(frame.has_central for frame in shown if frame is not None):
        return ""
    return say(
        "Without a central run every draw is split by itself and the mean over draws is shown: the parts add to the mean "
        "change, which is not the change of the medians shown elsewhere.",
        "无中心参数模拟时，每次抽样单独分解，表中为抽样均值：各部分之和等于平均变化，与他处中位数之差不同。",
    )

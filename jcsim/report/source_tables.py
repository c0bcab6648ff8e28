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
    return [
        _grid(
            say("Change of the urbanisation rate, points", "城镇化率的变化（百分点）"), bars, PARTS, "points", 2, say
        ),
        _grid(say("Change of the urban count, persons", "城镇人口的变化（人）"), bars, count_parts, "persons", 0, say),
    ]


def _grid(
    title: str, bars: list[tuple[str, pd.DataFrame]], parts: tuple[str, ...], column: str, digits: int, say: Words
) -> Grid:
    rows = []
    for name, table in bars:
        values = [float(table.loc[part, column]) for part in parts]
        rows.append([name, *(f"{value:+,.{digits}f}" for value in (*values, sum(values)))])
    head = ["", *(say(*NAMES[part]) for part in parts), say("all", "合计")]
    return Grid(title, head, rows)

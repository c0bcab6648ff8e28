"""Township units of earlier years and their published populations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jcsim.frozen import FrozenDict
from jcsim.region.config import GRADES
from jcsim.region.objects import County, Place, TownCount, UnitShare
from jcsim.region.reading import read_table, unique


def read_units(
    path: Path | None, places: Sequence[Place], counties: Sequence[County]
) -> FrozenDict[tuple[str, str], tuple[UnitShare, ...]]:
    """Township units of 2010 with their later places; without a file every township is its own unit."""
    codes = [county.code for county in counties]
    if path is None:
        return FrozenDict(
            {
                (codes[p.county], p.name_zh): (UnitShare(p.code, 1.0, "same unit", "assumption", "no table"),)
                for p in places
                if not p.outside
            }
        )
    units: dict[tuple[str, str], tuple[UnitShare, ...]] = {}
    towns = [p.code for p in places if not p.outside]
    rows = read_table(path, ("county_code", "unit_2010", "code_2023", "share", "change", "quality", "basis"))
    unique(rows, "county_code", "unit_2010", "code_2023")
    for row in rows:
        key = (row.choice("county_code", codes), row.text("unit_2010"))
        share = UnitShare(
            row.choice("code_2023", towns), row.number("share", 0.0, 1.0), row.text("change"),
            row.choice("quality", GRADES), row.text("basis"),
        )  # fmt: skip
        units[key] = (*units.get(key, ()), share)
    return FrozenDict(units)


def read_counts(path: Path | None, counties: Sequence[str]) -> tuple[TownCount, ...]:
    """Published populations of township units; those of years such as 'c.2003' are dated, not exact."""
    if path is None:
        return ()
    columns = ("county_code", "unit_name_zh_as_published", "year", "kind", "population", "source")
    rows = read_table(path, columns)
    unique(rows, *columns[:4])
    return tuple(
        TownCount(
            row.choice("county_code", counties),
            row.text("unit_name_zh_as_published"),
            row.count("year", 1900, 2200),
            row.text("kind"),
            row.count("population", 0, 10**7),
            row.text("source"),
        )
        for row in rows
        if not row.optional("year").startswith("c.")
    )

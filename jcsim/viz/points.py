"""What was observed, in the form a figure marks it: censuses, published values, derived values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jcsim.errors import InputError
from jcsim.indicators.observed import plain_measures
from jcsim.indicators.plan import PREFECTURE, naive_trend, published, targets
from jcsim.indicators.verdict import target_range

CENSUS_MEASURES = {
    "resident_population": "population",
    "urbanisation_rate": "urban_rate",
    "farm_employment_share": "farm_share",
    "owner_bought_share": "bought",
}
CENSUS_YEARS = (2010, 2020)
TARGET_OF = {"urbanisation_rate": "T1", "new_urban_jobs": "T2", "income_ratio": "T3"}
TO_TARGET_UNIT = {"new_urban_jobs": 1e-4}  # catalogue unit to the unit the target is printed in


@dataclass(frozen=True)
class Point:
    """One observation; ``kind`` is census, published or derived (arithmetic on published values)."""

    year: int
    value: float
    kind: str


def observed(region: Any, indicator: str, area: str) -> list[Point]:
    """Observations of an indicator and area, by year; published values of census years are left out."""
    points = []
    measure = CENSUS_MEASURES.get(indicator, "")
    place = [str(region.code), *(str(county.code) for county in region.counties)].index(area)
    for year in CENSUS_YEARS if measure else ():
        try:
            census = region.census(year)
        except InputError:  # a region may hold one census only
            continue
        points.append(Point(year, float(plain_measures(census)[measure][place]), "census"))
    counted = {point.year for point in points}
    rows = published(indicator, area)
    for year, value, quality in zip(rows["year"], rows["value"], rows["quality"], strict=True):
        if year not in counted and year >= CENSUS_YEARS[0]:
            points.append(Point(int(year), float(value), "derived" if quality == "derived" else "published"))
    return sorted(points, key=lambda point: point.year)


def target(region: Any, indicator: str, area: str) -> tuple[int, float, bool] | None:
    """(year, value in the catalogue's unit, wanted high) of the plan's target for the prefecture, or None."""
    if indicator not in TARGET_OF or area != str(region.code) or area != PREFECTURE:
        return None
    row = targets().set_index("id").loc[TARGET_OF[indicator]]
    ends = target_range(row["target"])
    if ends is None:
        return None
    upward = row["sense"] not in ("at_most", "below")
    return int(row["target_year"]), ends[0] / TO_TARGET_UNIT.get(indicator, 1.0), upward


def naive_line(region: Any, indicator: str, area: str, years: range) -> list[tuple[int, float]]:
    """The naive trend of the prefecture's target over ``years``; empty where there is none.

    A trend of anything but the urban rate is carried to the target's year only: the naive rules are
    published for urban shares.
    """
    goal = target(region, indicator, area)
    if goal is None:
        return []
    if indicator != "urbanisation_rate":
        years = range(years.start, goal[0] + 1)
    values = [(year, naive_trend(TARGET_OF[indicator], year).value) for year in years]
    return [(year, value) for year, value in values if value is not None]

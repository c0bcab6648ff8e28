"""Indicators of one year from the tallies and the world: a tidy list of (area, indicator, value).

Rates are in percent, money in nominal yuan of the year and in 2020 yuan (``_real``), counts in persons.
Definitions are the National Bureau's; ``indicators/catalogue`` says them in words.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from jcsim.indicators.home_tally import HomeTally, count_homes
from jcsim.indicators.tally import Tally, count_people
from jcsim.markets.weighing import weigh
from jcsim.records import WEIGHT_ONE
from jcsim.world import World

ONE = float(WEIGHT_ONE)
Row = tuple[str, str, float]


class Moment(NamedTuple):
    """What the indicators of a year are made from; ``start`` is residents by place in the start year."""

    world: World
    region: Any
    t: np.void
    p: np.void
    people: Tally
    homes: HomeTally
    start: np.ndarray

    @property
    def residents(self) -> np.ndarray:
        """Residents by place and territory, (places, 3), weight units."""
        return residents_of(self.people)


def residents_of(tally: Tally) -> np.ndarray:
    """Residents by place and territory, (places, 3), weight units."""
    counts: np.ndarray = tally.people.sum(axis=(2, 3))
    return counts


class Recorder:
    """Collects rows of one year for the prefecture, its counties and, where asked, its townships.

    Values by place are in weight units. A value that does not exist (0/0) is not recorded.
    """

    def __init__(self, world: World, region) -> None:
        self.n, self.n_counties = world.n_towns, region.n_counties
        self.county = world.towns["county"][: self.n].astype(np.int64)
        self.city = region.code
        self.counties = [county.code for county in region.counties]
        self.codes = [self.city, *self.counties, *(place.code for place in region.places[: self.n])]
        self.rows: list[Row] = []

    def sums(self, by_place: np.ndarray, towns: bool = False) -> list[float]:
        """Sums of a prefecture, its counties and, where asked, townships, in whole persons (or yuan)."""
        inside = by_place[: self.n]
        parts = [np.array([int(inside.sum())]), weigh(self.county, inside, self.n_counties)]
        values: list[float] = (np.concatenate([*parts, inside] if towns else parts) / ONE).tolist()
        return values

    def count(self, indicator: str, by_place: np.ndarray, towns: bool = False) -> None:
        """Record sums over places."""
        values = self.sums(by_place, towns)
        self.rows += [(code, indicator, value) for code, value in zip(self.codes, values, strict=False)]

    def rate(
        self, indicator: str, part: np.ndarray, whole: np.ndarray, towns: bool = False, unit: float = 100.0
    ) -> None:
        """Record ``unit * part / whole`` where there is a whole."""
        pairs = zip(self.codes, self.sums(part, towns), self.sums(whole, towns), strict=False)
        self.rows += [(code, indicator, unit * a / b) for code, a, b in pairs if b > 0]

    def value(self, indicator: str, area: str, value: float) -> None:
        """Record one value."""
        self.rows.append((area, indicator, float(value)))

    def money(self, indicator: str, area: str, value: float, prices: float) -> None:
        """Record an amount in yuan of the year and in yuan of 2020."""
        self.value(indicator, area, value)
        self.value(f"{indicator}_real", area, value / prices)


def record_year(
    world: World, region, t, p_rows: np.ndarray, start: np.ndarray | None = None
) -> tuple[list[Row], Tally]:
    """Every indicator of the year, and the tally of persons it was made from.

    ``start``: residents by place in the start year, weight units; None in that year itself.
    """
    from jcsim.indicators.record_economy import record_economy
    from jcsim.indicators.record_people import record_people

    tally = count_people(world, int(t["year"]), p_rows)
    start = residents_of(tally).sum(axis=1) if start is None else start
    moment = Moment(world, region, t, p_rows[0], tally, count_homes(world), start)
    recorder = Recorder(world, region)
    record_people(recorder, moment)
    record_economy(recorder, moment)
    return recorder.rows, tally

"""What a run has recorded so far: indicators of every year, the population by age, and moves."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from jcsim.indicators.record import record_year, residents_of
from jcsim.records import WEIGHT_ONE
from jcsim.world import World

AGE_GROUPS = [0, 1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85]
AGE_LABELS = ["0", "1-4", *(f"{a}-{a + 4}" for a in AGE_GROUPS[2:-1]), "85+"]
TERRITORIES = ["rural", "urban", "relabelled"]
SEXES = ["male", "female"]


class History:
    """Rows of every recorded year, in order."""

    def __init__(self, region) -> None:
        self.region = region
        self.rows: list[tuple[int, str, str, float]] = []
        self.last: dict[tuple[str, str], float] = {}
        self.people: list[tuple[int, np.ndarray]] = []
        self.moves: list[tuple[int, np.ndarray]] = []
        self.start: np.ndarray | None = None  # residents by place in the start year, weight units

    def record(self, world: World, t, p_rows: np.ndarray) -> None:
        """Record the world as it stands at the end of the year of ``t``."""
        year = int(t["year"])
        rows, tally = record_year(world, self.region, t, p_rows, self.start)
        if self.start is None:
            self.start = residents_of(tally).sum(axis=1)
        self.rows += [(year, *row) for row in rows]
        self.last = {(area, indicator): value for area, indicator, value in rows}
        self.people.append((year, self._by_county(world, tally.people)))
        if world.flows:
            self.moves.append((year, tally.moves))

    def latest(self, indicator: str, area: str) -> float:
        """Value recorded last; NaN where there is none."""
        return self.last.get((area, indicator), float("nan"))

    def _by_county(self, world: World, people: np.ndarray) -> np.ndarray:
        """(counties, 3, 2, 19) persons by territory, sex and census age group, weight units."""
        starts = [*AGE_GROUPS, people.shape[3]]
        grouped = np.stack([people[..., a:b].sum(axis=3) for a, b in pairwise(starts)], 3)
        out = np.zeros((self.region.n_counties, *grouped.shape[1:]), np.int64)
        np.add.at(out, world.towns["county"][: world.n_towns], grouped[: world.n_towns])
        return out

    def trajectories(self) -> pd.DataFrame:
        """Columns year, area, area_name (English), indicator, value."""
        names = {self.region.code: self.region.name_en}
        names |= {county.code: county.name_en for county in self.region.counties}
        names |= {place.code: place.name_en for place in self.region.places}
        frame = pd.DataFrame(self.rows, columns=["year", "area", "indicator", "value"])
        frame.insert(2, "area_name", frame["area"].map(names))
        return frame

    def population(self) -> pd.DataFrame:
        """Columns year, county, urban, sex, age_group, persons."""
        counties = np.array([county.code for county in self.region.counties])
        parts = []
        for year, counts in self.people:
            county, urban, sex, age = np.indices(counts.shape).reshape(4, -1)
            columns = {
                "year": year,
                "county": counties[county],
                "urban": np.array(TERRITORIES)[urban],
                "sex": np.array(SEXES)[sex],
                "age_group": np.array(AGE_LABELS)[age],
                "persons": counts.reshape(-1) / WEIGHT_ONE,
            }
            parts.append(pd.DataFrame(columns))
        return pd.concat(parts, ignore_index=True)

    def flows(self) -> pd.DataFrame:
        """Columns year, origin, destination, persons; areas are counties and outside places."""
        outside = [place.code for place in self.region.places if place.outside]
        codes = np.array([*(county.code for county in self.region.counties), *outside])
        parts = [pd.DataFrame(columns=["year", "origin", "destination", "persons"])]
        for year, counts in self.moves:
            origin, destination = np.nonzero(counts)
            columns = {
                "year": year,
                "origin": codes[origin],
                "destination": codes[destination],
                "persons": counts[origin, destination] / WEIGHT_ONE,
            }
            parts.append(pd.DataFrame(columns))
        return pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)

"""What a run has recorded so far: indicators of every year, the population by age, and moves."""

from __future__ import annotations

import numpy as np
import pandas as pd

from jcsim.indicators.record import record_year
from jcsim.markets.weighing import weigh
from jcsim.records import WEIGHT_ONE
from jcsim.world import World

AGE_GROUPS = [0, 1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85]


class History:
    """Rows of every recorded year, in order."""

    def __init__(self, region) -> None:
        self.region = region
        self.rows: list[tuple[int, str, str, float]] = []
        self.last: dict[tuple[str, str], float] = {}
        self.people: list[tuple[int, np.ndarray]] = []
        self.moves: list[tuple[int, np.ndarray]] = []

    def record(self, world: World, t, p_rows: np.ndarray) -> None:
        """Record the world as it stands at the end of the year of ``t``."""
        year = int(t["year"])
        rows, tally = record_year(world, self.region, t, p_rows)
        self.rows += [(year, *row) for row in rows]
        self.last = {(area, indicator): value for area, indicator, value in rows}
        self.people.append((year, self._by_county(world, tally.people)))
        if world.flows:
            self.moves.append((year, self._moves(world)))

    def latest(self, indicator: str, area: str) -> float:
        """Value recorded last; NaN where there is none."""
        return self.last.get((area, indicator), float("nan"))

    def _areas(self, world: World) -> np.ndarray:
        """County index of towns; outside places follow the counties."""
        outside = world.towns["outside"] == 1
        n = self.region.n_counties
        return np.where(outside, n + np.arange(len(world.towns)) - world.n_towns, world.towns["county"])

    def _by_county(self, world: World, people: np.ndarray) -> np.ndarray:
        """(counties, 3, 2, 19) persons by territory, sex and census age group, weight units."""
        starts = [*AGE_GROUPS, people.shape[3]]
        grouped = np.stack([people[..., a:b].sum(axis=3) for a, b in zip(starts[:-1], starts[1:], strict=True)], 3)
        out = np.zeros((self.region.n_counties, *grouped.shape[1:]), np.int64)
        np.add.at(out, world.towns["county"][: world.n_towns], grouped[: world.n_towns])
        return out

    def _moves(self, world: World) -> np.ndarray:
        """(areas, areas) persons by area at the start and at the end of the year, weight units."""
        persons, area = world.persons.rows, self._areas(world)
        n = self.region.n_counties + len(world.towns) - world.n_towns
        rows = persons[(persons["alive"] == 1) & (persons["was_at"] >= 0)]
        moved = rows[rows["was_at"] != rows["residence"]]
        cell = area[moved["was_at"]].astype(np.int64) * n + area[moved["residence"]]
        return weigh(cell, moved["weight"], n * n).reshape(n, n)

    def trajectories(self) -> pd.DataFrame:
        """Columns year, area, area_name, indicator, value."""
        names = {self.region.code: self.region.name_en}
        names |= {c.code: c.name_en for c in self.region.counties}
        names |= {p.code: p.name_en for p in self.region.places}
        frame = pd.DataFrame(self.rows, columns=["year", "area", "indicator", "value"])
        frame.insert(2, "area_name", frame["area"].map(names))
        return frame

    def population(self) -> pd.DataFrame:
        """Columns year, county, urban, sex, age_group, persons."""
        parts = []
        for year, counts in self.people:
            index = np.indices(counts.shape).reshape(4, -1)
            parts.append(
                pd.DataFrame(
                    {
                        "year": year,
                        "county": np.array([c.code for c in self.region.counties])[index[0]],
                        "urban": np.array(["rural", "urban", "relabelled"])[index[1]],
                        "sex": np.array(["male", "female"])[index[2]],
                        "age_group": np.array(AGE_LABELS)[index[3]],
                        "persons": counts.reshape(-1) / WEIGHT_ONE,
                    }
                )
            )
        return pd.concat(parts, ignore_index=True)

    def flows(self) -> pd.DataFrame:
        """Columns year, origin, destination, persons; areas are counties and outside places."""
        codes = np.array(
            [c.code for c in self.region.counties] + [p.code for p in self.region.places if p.outside]
        )
        parts = [pd.DataFrame(columns=["year", "origin", "destination", "persons"])]
        for year, counts in self.moves:
            origin, destination = np.nonzero(counts)
            parts.append(
                pd.DataFrame(
                    {
                        "year": year,
                        "origin": codes[origin],
                        "destination": codes[destination],
                        "persons": counts[origin, destination] / WEIGHT_ONE,
                    }
                )
            )
        return pd.concat([p for p in parts if len(p)] or parts, ignore_index=True)


AGE_LABELS = ["0", "1-4", *(f"{a}-{a + 4}" for a in AGE_GROUPS[2:-1]), "85+"]

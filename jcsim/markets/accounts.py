"""The year's demographic account: persons and the urban count balance exactly, flow by flow.

``population(t) = population(t-1) + births - deaths + arrivals - departures`` and ``urban(t) = urban(t-1)
+ natural + migration + territory``, by place, in units of 1/65536 person.
"""

from __future__ import annotations

import numpy as np

from jcsim.markets.weighing import weigh
from jcsim.world import World

NO_ROWS = np.zeros(0, np.int64)


def close_year(world: World) -> None:
    """Turn the year's events into counts by place in ``world.flows``."""
    persons, n = world.persons.rows, len(world.towns)
    flows, inside = world.flows, world.n_towns

    def rows_of(name: str) -> np.ndarray:
        return flows.get(name, NO_ROWS)

    def at(rows: np.ndarray, field: str) -> np.ndarray:
        return weigh(persons[field][rows], persons["weight"][rows], n)

    born, left, arrived = rows_of("born"), rows_of("left"), rows_of("arrived")
    infants = born[(persons["alive"][born] == 0) & ~np.isin(born, left)]  # a newborn may leave with the family
    died = np.concatenate([rows_of("died"), infants])
    flows["births_by_place"] = at(born, "was_at")
    flows["deaths_by_place"] = at(died, "was_at")
    alive = np.flatnonzero((persons["alive"] == 1) & (persons["was_at"] >= 0))
    was_in, is_in = persons["was_at"][alive] < inside, persons["residence"][alive] < inside
    moved = persons["was_at"][alive] != persons["residence"][alive]
    flows["arrivals_by_place"] = at(alive[~was_in & is_in], "residence") + at(arrived, "residence")
    flows["departures_by_place"] = at(alive[was_in & ~is_in], "was_at") + at(left, "was_at")
    flows["moves_within"] = int(persons["weight"][alive[was_in & is_in & moved]].sum())
    relabelled = np.zeros(len(persons), bool)
    relabelled[rows_of("relabelled")] = True
    _urban_account(world, alive, relabelled, born, died, left, arrived)


def _urban_account(world: World, alive, relabelled, born, died, left, arrived) -> None:
    persons, n, inside = world.persons.rows, len(world.towns), world.n_towns

    def urban(rows: np.ndarray, place: str, code: str) -> np.ndarray:
        rows = rows[(persons[code][rows] > 0) & (persons[place][rows] < inside)]
        return weigh(persons[place][rows], persons["weight"][rows], n)

    before_relabelling = alive[~relabelled[alive]]
    came = urban(before_relabelling, "residence", "urban") + urban(arrived, "residence", "urban")
    stayed_or_left = urban(alive, "was_at", "was_urban") + urban(left, "was_at", "was_urban")
    world.flows["urban_growth_natural"] = urban(born, "was_at", "was_urban") - urban(died, "was_at", "was_urban")
    world.flows["urban_growth_migration"] = came - stayed_or_left
    world.flows["urban_growth_territory"] = urban(np.flatnonzero(relabelled), "residence", "urban")
    world.moved_total += world.flows["urban_growth_migration"]

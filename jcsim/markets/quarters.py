"""People who leave collective quarters: boarders out of school go home, others found a household.

A census counts boarders apart from their families and does not link them. Who was a boarder at the start
joins, on leaving school, a family of the county with a mother of fitting age, village families first.
"""

from __future__ import annotations

import numpy as np

from jcsim.compilation import njit
from jcsim.draws import register_event
from jcsim.markets.households import found_households
from jcsim.markets.priority import priorities
from jcsim.markets.weighing import in_order
from jcsim.records import Activity, HouseholdKind, Marital, Mode, Quarters, Role, Sex
from jcsim.rules.moving import lives_at_base
from jcsim.rules.quarters import LEAVE_QUARTERS, leaves_quarters
from jcsim.threads import by_rows
from jcsim.world import World

GO_HOME = register_event("boarder goes home", 73)
COLLECTIVE = int(HouseholdKind.COLLECTIVE)
FEMALE, MARRIED = int(Sex.FEMALE), int(Marital.MARRIED)
FIRST_AGE, LAST_AGE, MOTHER_OLDER, AGE_BAND, CELLS = 15, 26, 27, 4, 32
AT_HOME = ("residence", "urban", "village")


@njit
def _leaving(persons, leaves, homes, t):
    for i in range(persons.shape[0]):
        person = persons[i]
        if person.alive and homes[person.household].kind == COLLECTIVE:
            leaves[i] = leaves_quarters(person, t)


def leave_quarters(world: World, t_rows: np.ndarray) -> None:
    """One year's leavers join a family or become one-person households, tenants in a town or villagers."""
    persons, t = world.persons.rows, t_rows[0]
    leaves = np.zeros(len(persons), bool)
    by_rows(world.threads, _leaving, (persons, leaves), world.households.rows, t)
    leavers = np.flatnonzero(leaves)
    persons["quarters"][leavers] = int(Quarters.FAMILY)
    young = int(t["year"]) - persons["born"][leavers] <= LAST_AGE
    out_of_school = young & (persons["activity"][leavers] == Activity.UNEMPLOYED)
    home = _go_home(world, leavers[out_of_school], t)
    founders = leavers[~np.isin(leavers, home)]
    homes = found_households(world, founders, LEAVE_QUARTERS, int(t["year"]), share=False)
    persons["household"][founders] = homes
    persons["role"][founders] = int(Role.HEAD)


@njit
def _mothers(persons, fits, homes, n_towns, year):
    """Married women living at their family's base, of an age to have a child out of school."""
    for i in range(persons.shape[0]):
        person = persons[i]
        age = year - person.born
        if not person.alive or person.sex != FEMALE or person.marital != MARRIED:
            continue
        if age >= MOTHER_OLDER + FIRST_AGE and age <= MOTHER_OLDER + LAST_AGE:
            home = homes[person.household]
            fits[i] = home.kind != COLLECTIVE and home.base < n_towns and lives_at_base(person, home)


def _go_home(world: World, boarders: np.ndarray, t) -> np.ndarray:
    """The k-th boarder of a county and age band joins the family of the k-th mother, both in keyed order,
    mothers in towns last.

    Returns the rows of those who found a family.
    """
    persons, homes = world.persons.rows, world.households.rows
    fits = np.zeros(len(persons), bool)
    by_rows(world.threads, _mothers, (persons, fits), homes, world.n_towns, int(t["year"]))
    mothers = np.flatnonzero(fits)
    in_town = homes["base_urban"][persons["household"][mothers]] != 0
    cell, rank = _cells(world, mothers, MOTHER_OLDER, t), _luck(world, mothers, t) | in_town.astype(np.int64) << 62
    boarder_cell = _cells(world, boarders, 0, t)
    first = _first_in_cells(cell, rank, boarder_cell)
    mother, mother_slot = _in_order(world, mothers[first], cell[first], rank[first])
    boarder, boarder_slot = _in_order(world, boarders, boarder_cell, _luck(world, boarders, t))
    _, at_boarder, at_mother = np.intersect1d(boarder_slot, mother_slot, return_indices=True)
    child, parent = boarder[at_boarder], mother[at_mother]
    persons["household"][child], persons["mother"][child] = persons["household"][parent], parent
    persons["role"][child], persons["mode"][child] = int(Role.CHILD), int(Mode.AT_HOME)
    for field in AT_HOME:
        persons[field][child] = persons[field][parent]
    persons["years_here"][child] = 0
    return child


def _first_in_cells(cell: np.ndarray, rank: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Positions of those with the first ranks of their cell, as many as ``others`` has of it, and ties."""
    kept = []
    for c, wanted in zip(*np.unique(others, return_counts=True), strict=True):
        here = np.flatnonzero(cell == c)
        if len(here) > wanted:
            here = here[rank[here] <= np.partition(rank[here], wanted - 1)[wanted - 1]]
        kept.append(here)
    return np.concatenate([np.zeros(0, np.int64), *kept])


def _cells(world: World, rows: np.ndarray, older: int, t) -> np.ndarray:
    """Cell of county and age band, ages less ``older``."""
    persons = world.persons.rows
    age = int(t["year"]) - persons["born"][rows].astype(np.int64) - older
    return world.towns["county"][persons["residence"][rows]].astype(np.int64) * CELLS + age // AGE_BAND


def _luck(world: World, rows: np.ndarray, t) -> np.ndarray:
    return priorities(world.persons.rows["key"][rows], int(t["seed"]), GO_HOME, int(t["year"])) >> 1


def _in_order(world: World, rows: np.ndarray, cell: np.ndarray, rank: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows by rank within cells, ties by key, and their slots: cell and place in its order."""
    order = in_order(cell, rank, world.persons.rows["key"][rows])
    cells = cell[order]
    return rows[order], cells * len(world.persons.rows) + np.arange(len(rows)) - np.searchsorted(cells, cells)

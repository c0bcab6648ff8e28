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
from jcsim.records import Activity, HouseholdKind, Marital, Mode, Quarters, Role, Sex
from jcsim.rules.moving import lives_at_base
from jcsim.rules.quarters import LEAVE_QUARTERS, leaves_quarters
from jcsim.world import World

GO_HOME = register_event("boarder goes home", 73)
COLLECTIVE = int(HouseholdKind.COLLECTIVE)
FEMALE, MARRIED = int(Sex.FEMALE), int(Marital.MARRIED)
FIRST_AGE, LAST_AGE, MOTHER_OLDER, AGE_BAND, CELLS = 15, 26, 27, 4, 32
AT_HOME = ("residence", "urban", "village")


@njit(cache=True)
def _leaving(persons, homes, t, leaves):
    for i in range(persons.shape[0]):
        person = persons[i]
        if person.alive and homes[person.household].kind == COLLECTIVE:
            leaves[i] = leaves_quarters(person, t)


def leave_quarters(world: World, t_rows: np.ndarray) -> None:
    """One year's leavers join a family or become one-person households, tenants in a town or villagers."""
    persons, t = world.persons.rows, t_rows[0]
    leaves = np.zeros(len(persons), bool)
    _leaving(persons, world.households.rows, t, leaves)
    leavers = np.flatnonzero(leaves)
    persons["quarters"][leavers] = int(Quarters.FAMILY)
    young = int(t["year"]) - persons["born"][leavers] <= LAST_AGE
    out_of_school = young & (persons["activity"][leavers] == Activity.UNEMPLOYED)
    home = _go_home(world, leavers[out_of_school], t)
    founders = leavers[~np.isin(leavers, home)]
    homes = found_households(world, founders, LEAVE_QUARTERS, int(t["year"]), share=False)
    persons["household"][founders] = homes
    persons["role"][founders] = int(Role.HEAD)


@njit(cache=True)
def _mothers(persons, homes, n_towns, year, fits):
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
    """The k-th boarder of a county and age band joins the family of the k-th mother, both in keyed order.

    Returns the rows of those who found a family.
    """
    persons, homes = world.persons.rows, world.households.rows
    fits = np.zeros(len(persons), bool)
    _mothers(persons, homes, world.n_towns, int(t["year"]), fits)
    mothers = np.flatnonzero(fits)
    in_town = homes["base_urban"][persons["household"][mothers]] != 0
    boarder, boarder_slot = _in_order(world, boarders, 0, np.zeros(len(boarders), bool), t)
    mother, mother_slot = _in_order(world, mothers, MOTHER_OLDER, in_town, t)
    _, at_boarder, at_mother = np.intersect1d(boarder_slot, mother_slot, return_indices=True)
    child, parent = boarder[at_boarder], mother[at_mother]
    persons["household"][child], persons["mother"][child] = persons["household"][parent], parent
    persons["role"][child], persons["mode"][child] = int(Role.CHILD), int(Mode.AT_HOME)
    for field in AT_HOME:
        persons[field][child] = persons[field][parent]
    persons["years_here"][child] = 0
    return child


def _in_order(world: World, rows: np.ndarray, older: int, later: np.ndarray, t) -> tuple[np.ndarray, np.ndarray]:
    """Rows in keyed order within cells of county and age band, ``later`` ones last, and their slots."""
    persons, year = world.persons.rows, int(t["year"])
    age = year - persons["born"][rows].astype(np.int64) - older
    cell = world.towns["county"][persons["residence"][rows]].astype(np.int64) * CELLS + age // AGE_BAND
    luck = priorities(persons["key"][rows], int(t["seed"]), GO_HOME, year)
    order = np.lexsort((persons["key"][rows], luck, later, cell))
    cells = cell[order]
    return rows[order], cells * len(persons) + np.arange(len(rows)) - np.searchsorted(cells, cells)

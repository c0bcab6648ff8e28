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
from jcsim.rules.quarters import LEAVE_QUARTERS, leaves_quarters
from jcsim.world import World

GO_HOME = register_event("boarder goes home", 73)
COLLECTIVE = int(HouseholdKind.COLLECTIVE)
LAST_AGE, MOTHER_OLDER, AGE_BAND, CELLS = 26, 27, 4, 32
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


def _go_home(world: World, boarders: np.ndarray, t) -> np.ndarray:
    """The k-th boarder of a county and age band joins the family of the k-th mother, both in keyed order.

    Returns the rows of those who found a family.
    """
    persons, homes, county = world.persons.rows, world.households.rows, world.towns["county"]
    year, seed = int(t["year"]), int(t["seed"])
    age = year - persons["born"].astype(np.int64)
    home = homes[persons["household"]]
    at_base = (persons["residence"] == home["base"]) & (home["kind"] != COLLECTIVE) & (home["base"] < world.n_towns)
    mother = at_base & (persons["sex"] == Sex.FEMALE) & (persons["marital"] == Marital.MARRIED)
    mother &= (persons["alive"] == 1) & (age >= MOTHER_OLDER + 15) & (age <= MOTHER_OLDER + LAST_AGE)
    mothers = np.flatnonzero(mother)
    sides = []
    for rows, older in ((boarders, 0), (mothers, MOTHER_OLDER)):
        place = persons["residence"][rows]
        cell = county[place].astype(np.int64) * CELLS + (age[rows] - older) // AGE_BAND
        in_town = (rows is mothers) & (home["base_urban"][rows] != 0)
        luck = priorities(persons["key"][rows], seed, GO_HOME, year)
        order = np.lexsort((persons["key"][rows], luck, in_town, cell))
        cells = cell[order]
        sides.append((rows[order], cells * len(persons) + np.arange(len(rows)) - np.searchsorted(cells, cells)))
    _, at_boarder, at_mother = np.intersect1d(sides[0][1], sides[1][1], return_indices=True)
    child, parent = sides[0][0][at_boarder], sides[1][0][at_mother]
    persons["household"][child], persons["mother"][child] = persons["household"][parent], parent
    persons["role"][child], persons["mode"][child] = int(Role.CHILD), int(Mode.AT_HOME)
    for field in AT_HOME:
        persons[field][child] = persons[field][parent]
    persons["years_here"][child] = 0
    return child

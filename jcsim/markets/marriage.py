"""Pairing by keyed priority in cells of county and age band; parting; where couples live."""

from __future__ import annotations

import numpy as np

from jcsim.compilation import njit
from jcsim.draws import register_event
from jcsim.kernels.demography import SEEK
from jcsim.markets.households import found_households
from jcsim.markets.priority import priorities
from jcsim.markets.weighing import in_order
from jcsim.records import Activity, HouseholdKind, LifeEvent, Marital, Mode, Quarters, Role, Sex
from jcsim.threads import by_rows
from jcsim.world import World

PAIR = register_event("pairing priority", 90)
NEW_HOME = register_event("couple founds a household", 91)
PARTING = register_event("parting founds a household", 92)
HUSBAND_OLDER = 2
STUDENT_AWAY = int(Activity.STUDENT_AWAY)
WORKING = (int(Activity.FARM), int(Activity.LOCAL_WORK), int(Activity.AWAY_WORK))
ROUNDS = ((True, 4), (True, 8), (False, 8))  # within the county, years of an age band
PARENTS_HOME = (int(Role.CHILD), int(Role.GRANDCHILD), int(Role.OTHER), int(Role.CHILD_IN_LAW))


def marry_and_part(world: World, engine, p_rows, t_rows) -> None:
    """One year's divorces, then marriages among those who seek one."""
    persons, t = world.persons.rows, t_rows[0]
    wanted = np.zeros(len(persons), np.int8)
    engine.run(SEEK, (persons, wanted, p_rows, t_rows))
    world.flows["divorces"] = _part(world, np.flatnonzero(wanted == 2), t)
    persons = world.persons.rows
    world.flows["marriages"] = _pair(world, np.flatnonzero(wanted == 1), float(p_rows[0]["new_home_share"]), t)


def _part(world: World, husbands: np.ndarray, t) -> int:
    """The husband leaves and founds a household where he lives in a town, else at the base; both are divorced."""
    if len(husbands) == 0:
        return 0
    persons = world.persons.rows
    wives = persons["spouse"][husbands]
    for rows in (husbands, wives):
        persons["marital"][rows] = int(Marital.DIVORCED)
        persons["spouse"][rows] = -1
    homes = found_households(world, husbands, PARTING, int(t["year"]), share=True)
    persons["household"][husbands] = homes
    persons["role"][husbands] = int(Role.HEAD)
    heads = wives[persons["role"][wives] == Role.SPOUSE]
    persons["role"][heads] = int(Role.HEAD)
    return int(persons["weight"][husbands].sum())


def _pair(world: World, seekers: np.ndarray, new_home_share: float, t) -> int:
    persons = world.persons.rows
    seekers = seekers[persons["residence"][seekers] >= 0]
    counties = world.towns["county"][world.households.rows["base"][persons["household"][seekers]]]
    ages = int(t["year"]) - persons["born"][seekers].astype(np.int64)
    male = persons["sex"][seekers] == Sex.MALE
    ages = np.where(male, ages - HUSBAND_OLDER, ages)
    rank = priorities(persons["key"][seekers], int(t["seed"]), PAIR, int(t["year"]))
    grooms, brides = _match_in_rounds(counties.astype(np.int64), ages, rank, male, persons["key"][seekers])
    grooms, brides = seekers[grooms], seekers[brides]
    mothers = persons["mother"][grooms]
    strangers = (mothers < 0) | (mothers != persons["mother"][brides])  # no siblings
    grooms, brides = grooms[strangers], brides[strangers]
    persons["spouse"][grooms], persons["spouse"][brides] = brides, grooms
    for rows in (grooms, brides):
        persons["marital"][rows] = int(Marital.MARRIED)
        persons["event"][rows] |= int(LifeEvent.MARRIED)
    _move_in(world, grooms, brides, new_home_share, t)
    return int(persons["weight"][grooms].sum())


def _match_in_rounds(counties, ages, rank, male, keys) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of one county and narrow age band, then of those left: wide bands, then other counties."""
    left = np.arange(len(ages))
    grooms, brides = [], []
    for within_county, band in ROUNDS:
        cell = (counties[left] if within_county else 0) * 64 + ages[left] // band
        men, women = _match(cell, rank[left], male[left], keys[left])
        grooms.append(left[men])
        brides.append(left[women])
        left = np.delete(left, np.concatenate([men, women]))
    return np.concatenate(grooms), np.concatenate(brides)


def _match(cell, rank, male, keys) -> tuple[np.ndarray, np.ndarray]:
    """k-th man with k-th woman of each cell, both in order of priority: positions of grooms, brides."""
    order = in_order(cell, rank, keys)
    sides = []
    for side in (order[male[order]], order[~male[order]]):
        cells = cell[side]
        starts = np.searchsorted(cells, cells, side="left")
        sides.append((side, cells * 1_000_000 + np.arange(len(side)) - starts))
    (men, man_slots), (women, woman_slots) = sides
    _, at_men, at_women = np.intersect1d(man_slots, woman_slots, return_indices=True)
    return men[at_men], women[at_women]


def _move_in(world: World, grooms, brides, new_home_share: float, t) -> None:
    """Couples live with the groom's parents or found a household (分家); the bride joins him.

    A groom who heads his household stays in it, one in collective quarters leaves them; a bride's own
    children under 18 come with her.
    """
    persons = world.persons.rows
    year, seed = int(t["year"]), int(t["seed"])
    at_parents = np.isin(persons["role"][grooms], PARENTS_HOME)
    luck = priorities(persons["key"][grooms], seed, NEW_HOME, year)
    dormitory = world.households.rows["kind"][persons["household"][grooms]] == HouseholdKind.COLLECTIVE
    leaves = dormitory | (at_parents & (luck < int(new_home_share * 2.0**63)))
    founders = grooms[leaves]
    if len(founders):
        homes = found_households(world, founders, NEW_HOME, year, share=True)
        persons["household"][founders] = homes
        persons["role"][founders] = int(Role.HEAD)
        persons["quarters"][grooms[dormitory]] = int(Quarters.FAMILY)
    heads = brides[persons["role"][brides] == Role.HEAD]  # what they leave goes to the couple if nobody stays behind
    world.households.rows["kin"][persons["household"][heads]] = persons["household"][persons["spouse"][heads]]
    _bring_children(world, brides, persons["household"][grooms], year)
    persons["household"][brides] = persons["household"][grooms]
    head = persons["role"][grooms] == Role.HEAD
    persons["role"][brides] = np.where(head, int(Role.SPOUSE), int(Role.CHILD_IN_LAW))
    apart = (persons["residence"][brides] != persons["residence"][grooms]) | (
        (persons["urban"][brides] == 0) != (persons["urban"][grooms] == 0)
    )
    moving = apart & (persons["activity"][brides] != STUDENT_AWAY) & (persons["activity"][grooms] != STUDENT_AWAY)
    joins, hosts = brides[moving], grooms[moving]
    for name in ("residence", "urban", "village", "quarters"):
        persons[name][joins] = persons[name][hosts]
    persons["years_here"][joins] = 0
    away = persons["mode"][hosts] != Mode.AT_HOME
    persons["mode"][joins] = np.where(away, int(Mode.COUPLE), int(Mode.AT_HOME))
    persons["mode"][hosts[away]] = int(Mode.COUPLE)
    works = np.isin(persons["activity"][joins], WORKING)
    persons["activity"][joins[works]] = int(Activity.UNEMPLOYED)
    persons["workplace"][joins[works]] = -1
    persons["sector"][joins[works]] = -1


def _bring_children(world: World, brides: np.ndarray, new_household: np.ndarray, year: int) -> None:
    """Children under 18 who live in the bride's former household change household with her."""
    persons = world.persons.rows
    number = np.full(len(persons), -1, np.int32)
    number[brides] = np.arange(len(brides))
    former = persons["household"][brides]
    by_rows(world.threads, _change_household, (persons,), number, former, new_household, year)


@njit
def _change_household(persons, number, former, new_household, year):
    for i in range(persons.shape[0]):
        person = persons[i]
        if person.alive and year - person.born < 18 and person.mother >= 0:
            k = number[person.mother]
            if k >= 0 and person.household == former[k]:
                person.household = new_household[k]

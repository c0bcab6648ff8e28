"""One pass over persons: weighted counts by place, from which every indicator is made.

All counts are int64 in units of 1/65536 person (yuan sums in yuan times that), so they are exact in any
order.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from jcsim.compilation import njit
from jcsim.kernels.families import remittance
from jcsim.records import (
    HUKOU_OTHER_PROVINCE,
    MEDICAL,
    PENSION,
    Activity,
    HouseholdKind,
    Mode,
    Quarters,
)
from jcsim.rules.moving import lives_at_base
from jcsim.threads import counted
from jcsim.world import World

OLDEST = 105
FARM, LOCAL_WORK, AWAY_WORK = int(Activity.FARM), int(Activity.LOCAL_WORK), int(Activity.AWAY_WORK)
COLLECTIVE, RURAL = int(HouseholdKind.COLLECTIVE), int(HouseholdKind.RURAL)
FAMILY = int(Quarters.FAMILY)
N_TERRITORIES, N_SEXES, N_MODES, N_ACTIVITIES = 3, 2, len(Mode), len(Activity)
ORIGINS = 3  # registered elsewhere: same county, other Shanxi, other province
COVER = 4  # aged 16 and over: persons, with pension, with medical insurance; employed with a certificate
BIN, BINS = 250, 1600  # yuan a head and year; the last bin is open
AGE_BANDS = (16, 35, 60)  # incomes by age: under 16, 16-34, 35-59, 60 and over


class Tally(NamedTuple):
    """Counts of one moment. Places first axis; territory axis: rural, urban, relabelled.

    Attributes
    ----------
    people : (places, 3, 2, 106) by sex and age ; activity : (places, 3, 9) ages 16 and over
    hukou : (places, 2, 2) by place of registration: type, urban ; nonfarm : (places,) residents
    elsewhere : (places, 3) residents registered elsewhere ; cover : (places, 3, 4)
    income : (places, 3) yuan ; left_behind : (places, 2) children, old people
    workers_away : (places, places) members at work away, base by place of living
    away_mode : (places, 2, 4) the same by base: living inside or outside the prefecture, family mode
    apart : (places, 2) families that live apart from their base: dwellings, those of one person
    moves : (areas, areas) persons by area (county or outside place) at the start and end of the year
    spread : (counties, 2, bins, 2) residents in families by income a head: persons, yuan
    by_sex : (2, 2) and by_age : (4, 2) the same by sex and by age band
    """

    people: np.ndarray
    activity: np.ndarray
    hukou: np.ndarray
    nonfarm: np.ndarray
    elsewhere: np.ndarray
    cover: np.ndarray
    income: np.ndarray
    left_behind: np.ndarray
    workers_away: np.ndarray
    away_mode: np.ndarray
    apart: np.ndarray
    moves: np.ndarray
    spread: np.ndarray
    by_sex: np.ndarray
    by_age: np.ndarray


def count_people(world: World, year: int, p_rows: np.ndarray) -> Tally:
    """The tally of the world as it stands."""
    n, n_areas = len(world.towns), _n_areas(world)
    counties = int(world.towns["county"].max()) + 1
    shapes = [
        (n, N_TERRITORIES, N_SEXES, OLDEST + 1), (n, N_TERRITORIES, N_ACTIVITIES), (n, 2, 2), (n,), (n, ORIGINS),
        (n, N_TERRITORIES, COVER), (n, N_TERRITORIES), (n, 2), (n, n), (n, 2, N_MODES), (n, 2), (n_areas, n_areas),
        (counties, 2, BINS, 2), (N_SEXES, 2), (len(AGE_BANDS) + 1, 2),
    ]  # fmt: skip
    persons, homes = world.persons.rows, world.households.rows
    apart = np.zeros(len(persons), bool)
    arguments = (homes, world.towns, year, p_rows, area_of_places(world))
    tally = Tally(*counted(world.threads, _count, (persons, apart), shapes, *arguments))
    chain = np.full(len(homes), -1, np.int32), np.full(len(persons), -1, np.int32)
    _count_dwellings(persons, homes, np.flatnonzero(apart), *chain, tally.apart)
    return tally


def area_of_places(world: World) -> np.ndarray:
    """County index of towns, (places,) int64; outside places follow the counties in order."""
    outside = world.towns["outside"] == 1
    counties = int(world.towns["county"].max()) + 1
    later = counties + np.arange(len(world.towns)) - world.n_towns
    return np.where(outside, later, world.towns["county"]).astype(np.int64)


def _n_areas(world: World) -> int:
    return int(world.towns["county"].max()) + 1 + len(world.towns) - world.n_towns


@njit
def _count(
    persons, apart, homes, towns, year, p, area, people, activity, hukou, nonfarm, elsewhere, cover, income,
    left, workers, mode, dwellings, moves, spread, by_sex, by_age,
):  # fmt: skip
    """Sums in the order of ``Tally``, dwellings apart left out; ``apart`` marks members who live so."""
    for i in range(persons.shape[0]):
        person = persons[i]
        if not person.alive:
            continue
        home = homes[person.household]
        place, w, age = person.residence, person.weight, max(year - person.born, 0)
        inside, at_base = not towns[place].outside, lives_at_base(person, home)
        people[place, person.urban, person.sex, min(age, OLDEST)] += w
        if person.was_at >= 0 and person.was_at != place:
            moves[area[person.was_at], area[place]] += w
        if age >= 16:
            _count_adult(person, activity, cover)
        _count_registration(person, towns, nonfarm, hukou, elsewhere)
        if person.activity == AWAY_WORK and not at_base:
            workers[home.base, place] += w
            mode[home.base, 0 if inside else 1, person.mode] += w
        if at_base and home.kind == RURAL and home.away > 0:
            left[place, 0] += w if age < 16 else 0
            left[place, 1] += w if age >= 65 else 0
        yuan = _count_income(person, home, at_base, p[0], income)
        if inside and home.kind != COLLECTIVE:
            _count_spread(person, towns[place].county, age, yuan, spread, by_sex, by_age)
            if not at_base and person.quarters == FAMILY:
                apart[i] = True


@njit
def _count_dwellings(persons, homes, rows, last, before, apart):
    """Dwellings of members apart (``rows``), linked by household: ``last`` (households,) the last one met,
    ``before`` (persons,) the one before, -1 none."""
    for k in range(rows.shape[0]):
        i = rows[k]
        before[i] = last[persons[i].household]
        last[persons[i].household] = i
    for j in range(homes.shape[0]):
        if last[j] >= 0:
            _count_dwellings_of(j, persons, homes[j].weight, last, before, apart)


@njit
def _count_adult(person, activity, cover):
    w, place, urban = person.weight, person.residence, person.urban
    activity[place, urban, person.activity] += w
    cover[place, urban, 0] += w
    cover[place, urban, 1] += w if person.insurance & PENSION else 0
    cover[place, urban, 2] += w if person.insurance & MEDICAL else 0
    works = person.activity == FARM or person.activity == LOCAL_WORK or person.activity == AWAY_WORK
    cover[place, urban, 3] += w if works and person.certificate else 0


@njit
def _count_registration(person, towns, nonfarm, hukou, elsewhere):
    w, place = person.weight, person.residence
    nonfarm[place] += w if person.hukou_type else 0
    if person.hukou_place >= 0:
        hukou[person.hukou_place, person.hukou_type, person.hukou_urban] += w
    if person.hukou_place == place or towns[place].outside:
        return
    if person.hukou_place == HUKOU_OTHER_PROVINCE:
        elsewhere[place, 2] += w
    elif person.hukou_place >= 0 and towns[person.hukou_place].county == towns[place].county:
        elsewhere[place, 0] += w
    else:
        elsewhere[place, 1] += w


@njit
def _count_income(person, home, at_base, p, income):
    """Enter the income of the place: a head of those at the base, else what the person keeps of earnings.

    Returns yuan a head for the spread: there, whoever lives apart without work is kept by the household
    (boarding pupils above all) and has its income a head.
    """
    pool = home.wage_income + home.business_income + home.property_income + home.transfer_income
    a_head = pool // max(home.present, 1)
    own = person.earnings - remittance(person, home, p)
    shares = at_base and home.kind != COLLECTIVE
    income[person.residence, person.urban] += (a_head if shares else own) * person.weight
    return max(own if person.activity == AWAY_WORK and not at_base else a_head, 0)


@njit
def _count_spread(person, county, age, yuan, spread, by_sex, by_age):
    """Enter a resident's income a head into the spread of the county, by sex and by age band."""
    w, k, band = person.weight, min(yuan // BIN, BINS - 1), 0
    urban = 0 if person.urban == 0 else 1
    spread[county, urban, k, 0] += w
    spread[county, urban, k, 1] += w * yuan
    by_sex[person.sex, 0] += w
    by_sex[person.sex, 1] += w * yuan
    for limit in AGE_BANDS:
        band += 1 if age >= limit else 0
    by_age[band, 0] += w
    by_age[band, 1] += w * yuan


@njit
def _count_dwellings_of(j, persons, weight, last, before, apart):
    """Members of one household who live apart, in one place and kind of territory, are one dwelling."""
    i = last[j]
    while i >= 0:
        size, met = 0, False
        k = last[j]
        while k >= 0:
            same = persons[k].residence == persons[i].residence
            if same and (persons[k].urban == 0) == (persons[i].urban == 0):
                met = met or (size == 0 and k != i)
                size += 1
            k = before[k]
        if not met:
            apart[persons[i].residence, 0] += weight
            apart[persons[i].residence, 1] += weight if size == 1 else 0
        i = before[i]

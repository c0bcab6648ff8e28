"""Members away outside the prefecture: candidates up to the published bound, tied to families at home.

The hukou population bounds their number; how many there are is not published, so they carry a rank and
the model keeps the first share of them. Those of one household stand together in the ranking.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from jcsim.network import travel_minutes
from jcsim.population.ages import AGES
from jcsim.population.assumptions import Assumptions
from jcsim.population.away_ties import Ties, tie_to_families
from jcsim.population.collective import CollectiveType
from jcsim.population.education import schooling_left
from jcsim.population.ipf import apportion
from jcsim.population.luck import AWAY, base_key, make_keys, order_numbers, race, uniforms
from jcsim.population.people import People
from jcsim.population.registration import LOCAL, members_elsewhere_bound
from jcsim.records import MEDICAL, PENSION, Activity, Education, Hukou, Marital, Mode, Sector, Sex, Urban

MARITAL_ORDER, LEVEL_ORDER, SECTOR_ORDER, PLACE_ORDER, DORMITORY, COVER, YEARS, RANK, PARITY = range(1601, 1610)
STUDENT_AGES = range(18, 23)
WORKER_BANDS = ((16, 20), (21, 30), (31, 40), (41, 50), (51, 62))


def add_members_away(region: Any, people: People) -> np.ndarray:
    """Append the candidates for members away after the residents.

    Returns
    -------
    (persons,) int32, rank of each candidate from 0, -1 for residents
    """
    persons = people.persons
    residents = len(persons)
    persons["mode"] = np.full(residents, Mode.AT_HOME, np.int8)
    persons["away"] = np.zeros(residents, np.int8)
    persons["schooling"] = schooling_left(persons["activity"], persons["age"])
    bound = members_elsewhere_bound(region, people)
    first = 0
    for county in range(region.n_counties):
        number = int(bound[county])
        students = int(people.assumptions.number("away_students") * number)
        rows = _candidates(region, people, county, number - students, students, first)
        first += number
        ties = tie_to_families(people, county, rows)
        _append(region, people, county, rows, ties)
    rank = np.full(len(persons), -1, np.int32)
    order_home = order_numbers(people.households["key"], RANK)
    away = np.arange(residents, len(persons))
    ranked = away[np.lexsort((persons["key"][away], order_home[persons["home"][away]]))]
    rank[ranked] = np.arange(len(ranked))
    return rank


def _candidates(region: Any, people: People, county: int, workers: int, students: int, first: int) -> dict:
    """Sex, age, marital state and activity of the candidates of one county."""
    assumptions = people.assumptions
    men = apportion(np.array([assumptions.number("away_men"), 1.0 - assumptions.number("away_men")]), workers)
    by_age = np.zeros(AGES)
    for (low, high), share in zip(WORKER_BANDS, assumptions.numbers("away_ages"), strict=True):
        by_age[low : high + 1] = share / (high - low + 1)
    young = np.zeros(AGES)
    young[list(STUDENT_AGES)] = 1.0
    counts = np.stack([apportion(by_age, int(men[sex])) for sex in Sex])
    halves = apportion(np.ones(2), students)
    pupils = np.stack([apportion(young, int(halves[sex])) for sex in Sex])
    table = np.stack([counts, pupils])
    kind, sex, age = (np.repeat(part.ravel(), table.ravel()) for part in np.indices(table.shape))
    keys = make_keys(base_key(region.code, people.census.year), AWAY, first, workers + students)
    rows = {
        "key": keys,
        "sex": sex.astype(np.int8),
        "age": age.astype(np.int16),
        "student": kind == 1,
        "spouse": np.full(len(keys), -1),
    }
    rows["marital"] = _marital(people, county, rows)
    return rows


def _marital(people: People, county: int, rows: dict) -> np.ndarray:
    """Marital states in the proportions of the county's residents of that sex and age; students single."""
    states = np.zeros(len(rows["key"]), np.int8)
    table = people.margins["marital"][county].astype(float)
    order = order_numbers(rows["key"], MARITAL_ORDER)
    for sex in Sex:
        for age in np.unique(rows["age"]):
            here = np.flatnonzero((rows["sex"] == sex) & (rows["age"] == age) & ~rows["student"])
            split = apportion(table[sex, age], len(here))
            states[here[np.argsort(order[here], kind="stable")]] = np.repeat(np.arange(len(Marital)), split)
    return states


def _append(region: Any, people: People, county: int, rows: dict, ties: Ties) -> None:
    """Complete the columns of the candidates and add them to the people."""
    persons, homes, assumptions = people.persons, people.households, people.assumptions
    n, first = len(rows["key"]), len(persons)
    key, home, age = rows["key"], ties.home, rows["age"].astype(np.int64)
    student = rows["student"]
    urban_home = homes["urban"][home] != Urban.RURAL
    head_type = np.full(len(homes), Hukou.AGRICULTURAL, np.int8)
    head_type[persons["home"]] = persons["hukou_type"]
    dormitory = student | (uniforms(key, DORMITORY) < assumptions.number("away_dormitory"))
    waits = race(uniforms(key, YEARS), np.full(n, 1.0 / assumptions.number("away_years"))).astype(np.int64)
    activity = np.where(student, Activity.STUDENT_AWAY, Activity.AWAY_WORK).astype(np.int8)
    columns = {
        **{name: rows[name] for name in ("key", "sex", "age", "marital")},
        "county": np.full(n, county),
        "quarters": np.where(student, CollectiveType.STUDENT, np.where(dormitory, CollectiveType.WORKER, 0)),
        "home": home,
        "role": ties.role,
        "spouse": np.where(ties.spouse_away >= 0, ties.spouse_away + first, ties.spouse),
        "mother": ties.mother,
        "urban": np.full(n, Urban.URBAN),
        "base": _destinations(region, people, county, key),
        "village": np.zeros(n),
        "origin": np.full(n, LOCAL),
        "hukou_place": homes["base"][home],
        "hukou_urban": urban_home,
        "hukou_type": np.where(urban_home, head_type[home], Hukou.AGRICULTURAL),
        "years_here": np.minimum(waits, np.maximum(age - 16, 0)) * ~student + (age - 18) * student,
        "education": _levels(people, key, student),
        "activity": activity,
        "occupation": np.full(n, -1),
        "sector": np.where(student, -1, _sectors(people, key, rows["sex"])),
        "insurance": _insurance(people, key, student),
        "certificate": np.zeros(n),
        "permit": np.zeros(n),
        "mode": ties.mode,
        "away": np.ones(n),
        "schooling": schooling_left(activity, age),
    }
    persons.append(columns)
    partner = np.flatnonzero(ties.spouse >= 0)
    persons["spouse"][ties.spouse[partner]] = first + partner
    children = ties.grandchild_mother
    persons["mother"][children[0]] = first + children[1]


def _dealt(key: np.ndarray, rows: np.ndarray, purpose: int, weights: np.ndarray) -> np.ndarray:
    """Numbers 0.. in proportion to weights, dealt to the rows by their luck."""
    order = rows[np.argsort(order_numbers(key[rows], purpose), kind="stable")]
    numbers = np.repeat(np.arange(len(weights)), apportion(weights, len(rows)))
    result = np.zeros(len(key), np.int64)
    result[order] = numbers
    return result


def _levels(people: People, key: np.ndarray, student: np.ndarray) -> np.ndarray:
    weights = np.array(people.assumptions.numbers("away_education"))
    workers = _dealt(key, np.flatnonzero(~student), LEVEL_ORDER, weights)
    studies = _dealt(key, np.flatnonzero(student), LEVEL_ORDER, np.array([0.55, 0.45]))
    return np.where(student, Education.COLLEGE + studies, workers)


def _sectors(people: People, key: np.ndarray, sex: np.ndarray) -> np.ndarray:
    shares = people.assumptions.table("away_sectors")
    result = np.zeros(len(key), np.int64)
    for number, name in ((Sex.MALE, "male"), (Sex.FEMALE, "female")):
        rows = np.flatnonzero(sex == number)
        weights = np.array([float(x) for x in shares[name]])
        result[rows] = _dealt(key, rows, SECTOR_ORDER, weights[: len(Sector)])[rows]
    return result


def _insurance(people: People, key: np.ndarray, student: np.ndarray) -> np.ndarray:
    cover = people.assumptions.table("away_cover")
    luck = uniforms(key, COVER)
    return MEDICAL * (luck < cover["medical"]) + PENSION * ((luck < cover["pension"]) & ~student)


def _destinations(region: Any, people: People, county: int, key: np.ndarray) -> np.ndarray:
    """Outside places: the stated share within the province, there by population over travel minutes."""
    weights = destination_weights(region, people.assumptions, people.census.year, county)
    return _dealt(key, np.arange(len(key)), PLACE_ORDER, weights)


def destination_weights(region: Any, assumptions: Assumptions, year: int, county: int) -> np.ndarray:
    """(places,) share of the county's members away who live at each outside place."""
    minutes = travel_minutes(region, year)[region.counties[county].hub]
    weights = np.zeros(region.n_places)
    inside = assumptions.number("away_in_province")
    for cross, share in ((False, inside), (True, 1.0 - inside)):
        places = [p for p in region.places if p.outside and p.cross_province is cross]
        pull = [float(p.population_at(year)) / float(minutes[p.index]) for p in places]
        mass = 0.0
        for amount in pull:
            mass += amount
        for place, amount in zip(places, pull, strict=True):
            weights[place.index] = share * amount / mass
    return weights

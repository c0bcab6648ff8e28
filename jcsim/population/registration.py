"""Hukou: who is registered elsewhere and where, territory of registration, and type.

Counts of residents registered elsewhere are exact by county and origin; the non-agricultural share is
exact by county where the census has it. Who they are is assumed: movers are young, urban and in
collective quarters, and families move together.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from jcsim.population.ages import AGES
from jcsim.population.collective import CollectiveType
from jcsim.population.ipf import apportion
from jcsim.population.luck import normals, order_numbers, race, uniforms
from jcsim.population.people import People
from jcsim.records import HUKOU_OTHER_PROVINCE, HUKOU_OTHER_SHANXI, Hukou, Urban

MOVER_HOME, MOVER_SELF, ORIGIN_HOME, ORIGIN_SELF = range(1101, 1105)
ORIGIN_TOWN, ORIGIN_URBAN, TYPE_HOME, TYPE_SELF, YEARS = range(1105, 1110)
LOCAL, SAME_COUNTY, OTHER_SHANXI, OTHER_PROVINCE = range(4)


def settle_registration(region: Any, people: People) -> None:
    """Add hukou_place, hukou_urban, hukou_type and years_here to the persons."""
    persons = people.persons
    origin = choose_origins(region, people)
    persons["origin"] = origin
    persons["hukou_place"] = _hukou_places(region, people, origin)
    share = people.assumptions.table("rural_origin_share")
    rural = np.array([0.0, share["same_county"], share["other_county"], share["other_province"]])
    luck = uniforms(persons["key"], ORIGIN_URBAN)
    persons["hukou_urban"] = np.where(origin == LOCAL, persons["urban"] != Urban.RURAL, luck >= rural[origin]).astype(
        np.int8
    )
    persons["hukou_type"] = _hukou_types(people)
    persons["years_here"] = _years_here(people, origin)


def choose_origins(region: Any, people: People) -> np.ndarray:
    """Origin of every resident: registered here, or elsewhere in the county, province or country."""
    persons, census = people.persons, people.census
    score = _mover_scores(people)
    order = _origin_scores(people)
    origin = np.zeros(len(persons), np.int8)
    for county in range(region.n_counties):
        rows = np.flatnonzero(persons["county"] == county)
        counts = census.registered_elsewhere[county]
        ranked = rows[np.argsort(-score[rows], kind="stable")[: int(counts.sum())]]
        ranked = ranked[np.argsort(order[ranked], kind="stable")]
        origin[ranked] = np.repeat(np.array([SAME_COUNTY, OTHER_SHANXI, OTHER_PROVINCE]), counts)
    return origin


def _mover_scores(people: People) -> np.ndarray:
    """Propensity to be registered elsewhere."""
    persons, homes = people.persons, people.households
    weights = people.assumptions.table("mover_score")
    by_age = np.array(people.assumptions.steps("mover_age_score", AGES))
    family = persons["quarters"] == CollectiveType.NONE
    shared = normals(homes["key"], MOVER_HOME)[persons["home"]]
    score = weights["household"] * np.where(family, shared, 0.0)
    score += weights["person"] * normals(persons["key"], MOVER_SELF)
    score += weights["urban"] * (persons["urban"] != Urban.RURAL) + by_age[persons["age"]]
    return score + weights["collective"] * ~family


def _origin_scores(people: People) -> np.ndarray:
    """Low for those from the same county, high for those from other provinces."""
    persons, homes = people.persons, people.households
    family = persons["quarters"] == CollectiveType.NONE
    shared = uniforms(homes["key"], ORIGIN_HOME)[persons["home"]]
    own = uniforms(persons["key"], ORIGIN_SELF)
    shift = np.array(people.assumptions.numbers("origin_distance_score"))[persons["quarters"]]
    return np.where(family, 0.85 * shared + 0.15 * own, own) + shift


def members_elsewhere_bound(region: Any, people: People) -> np.ndarray:
    """Most people registered in each county who can live outside it, (counties,) int64.

    Hukou population less residents registered in the county. In 2010 it adds up to about 114 thousand:
    the people away from the prefecture if nobody registered elsewhere in the province came from another
    county of the prefecture. Later hukou populations are the last published ones grown by the assumed
    natural change, since they were not published by county.
    """
    census = people.census
    registered = census.hukou_population
    here = census.residents - census.registered_elsewhere[:, 1:].sum(axis=1)
    if registered is not None:
        return np.maximum(registered - here, 0)
    earlier = [region.census(y) for y in sorted(region.censuses) if y < census.year]
    known = [c.hukou_population for c in earlier if c.hukou_population is not None]
    if not known:
        return np.zeros(region.n_counties, np.int64)
    growth = 1.0 + people.assumptions.number("hukou_population_growth")
    registered = apportion(known[-1].astype(float), int(growth * int(known[-1].sum())))
    bound = np.maximum(registered - here, 0)
    return apportion(bound.astype(float), max(int((registered - here).sum()), 0))


def _hukou_places(region: Any, people: People, origin: np.ndarray) -> np.ndarray:
    """Place of registration: own town, another town of the county, another county, or outside codes."""
    persons = people.persons
    rural = region.town_weights(people.census.year).residents[:, Urban.RURAL]
    county_of = np.array([place.county for place in region.places[: region.n_towns]])
    place = persons["base"].astype(np.int16)
    place[origin == OTHER_PROVINCE] = HUKOU_OTHER_PROVINCE
    place[origin == OTHER_SHANXI] = HUKOU_OTHER_SHANXI
    for county in range(region.n_counties):
        towns = np.flatnonzero(county_of == county)
        here = np.flatnonzero((origin == SAME_COUNTY) & (persons["county"] == county))
        weights = rural[towns] if rural[towns].sum() else np.ones(len(towns), np.int64)
        _deal_towns(people, place, here, towns, weights.astype(float))
    share = people.assumptions.number("other_county_within_prefecture")
    bound = members_elsewhere_bound(region, people).astype(float)
    for county in range(region.n_counties):
        here = np.flatnonzero((origin == OTHER_SHANXI) & (persons["county"] == county))
        weights = np.where(county_of == county, 0.0, bound[county_of])
        mass = np.bincount(county_of, rural, region.n_counties)[county_of]
        weights = weights * rural / np.maximum(mass, 1)
        if weights.sum() > 0:
            order = here[np.argsort(order_numbers(persons["key"][here], ORIGIN_SELF), kind="stable")]
            chosen = order[: int(share * len(here))]
            _deal_towns(people, place, chosen, np.arange(region.n_towns), weights)
    return place


def _deal_towns(people: People, place: np.ndarray, rows: np.ndarray, towns: np.ndarray, weights: np.ndarray) -> None:
    """Registered towns in proportion to weights, never the town of residence if there is another."""
    numbers = np.repeat(towns, apportion(weights, len(rows)))
    order = rows[np.argsort(order_numbers(people.persons["key"][rows], ORIGIN_TOWN), kind="stable")]
    own = people.persons["base"][order] == numbers
    after = towns[(np.searchsorted(towns, numbers) + 1) % len(towns)]
    place[order] = np.where(own, after, numbers)


def _hukou_types(people: People) -> np.ndarray:
    """Non-agricultural for the census share of each county's residents, likeliest urban families.

    Without a census share (the distinction was abolished in 2014-16) the stated share of the people
    registered on urban territory keeps the type.
    """
    persons, homes, census = people.persons, people.households, people.census
    weights = people.assumptions.table("nonfarm_score")
    family = persons["quarters"] == CollectiveType.NONE
    shared = homes["status"] + weights["household"] * normals(homes["key"], TYPE_HOME)
    score = np.where(family, shared[persons["home"]], 0.0)
    score += weights["person"] * normals(persons["key"], TYPE_SELF)
    score += weights["registered_urban"] * persons["hukou_urban"]
    kind = np.full(len(persons), Hukou.AGRICULTURAL, np.int8)
    people.margins["nonfarm"] = np.array([nonfarm_total(people, c) for c in range(len(census.residents))])
    for county, number in enumerate(people.margins["nonfarm"]):
        rows = np.flatnonzero(persons["county"] == county)
        kind[rows[np.argsort(-score[rows], kind="stable")[:number]]] = Hukou.NON_AGRICULTURAL
    return kind


def nonfarm_total(people: People, county: int) -> int:
    """Residents of a county with non-agricultural hukou."""
    census, persons = people.census, people.persons
    if census.nonfarm_hukou_share is not None:
        return int(float(census.nonfarm_hukou_share[county]) * int(census.residents[county]) + 0.5)
    urban = int(persons["hukou_urban"][persons["county"] == county].sum())
    return int(people.assumptions.number("nonfarm_of_registered_urban") * urban + 0.5)


def _years_here(people: People, origin: np.ndarray) -> np.ndarray:
    """Full years at the residence: a life for those registered here, exponential for the others."""
    persons = people.persons
    luck = uniforms(persons["key"], YEARS)
    mean = people.assumptions.number("years_since_move")
    waits = race(luck, np.full(len(luck), 1.0 / mean)).astype(np.int64)
    ages = persons["age"].astype(np.int64)
    return np.where(origin == LOCAL, ages, np.minimum(np.minimum(waits, 30), ages)).astype(np.int16)

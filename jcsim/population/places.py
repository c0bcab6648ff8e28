"""Where people live: urban or village territory, township and village, with town totals exact."""

from __future__ import annotations

from typing import Any

import numpy as np

from jcsim.population.assumptions import Assumptions
from jcsim.population.collective import UNIT_SIZE, CollectiveType
from jcsim.population.ipf import apportion, apportion_within, fit_counts
from jcsim.population.luck import HOUSEHOLD, base_key, make_keys, normals, order_numbers, uniforms
from jcsim.population.people import People
from jcsim.records import Urban

STATUS, URBAN_NOISE, TOWN_ORDER, VILLAGE_ORDER, COLLECTIVE_ORDER, VILLAGE_SIZE = range(1001, 1007)
TERRITORIES = (Urban.RURAL, Urban.URBAN)
SLACK = 12  # collective residents at least wanted in each town, to absorb whole households


def settle_places(region: Any, people: People) -> np.ndarray:
    """Give every household a territory, town and village, and open the collective households.

    Adds to households ``status`` (latent socio-economic standing), ``urban``, ``base``, ``village``, and
    to persons ``urban``, ``base``, ``village``. Urban residents by county and residents by town and
    territory are exact: collective quarters take what whole households leave.

    Returns
    -------
    (towns, villages + 1) int8, code of every village; column 0 is the urban core, -1 no such village
    """
    homes = people.households
    homes["status"] = normals(homes["key"], STATUS)
    homes["urban"] = np.zeros(len(homes), np.int8)
    homes["base"] = np.zeros(len(homes), np.int16)
    residents = region.town_weights(people.census.year).residents
    score = urban_scores(people)
    quotas = np.zeros((region.n_towns, 2), np.int64)
    for county in region.counties:
        towns = np.array(county.towns)
        rows = np.flatnonzero(homes["county"] == county.index)
        quota = _collective_quota(people, county.index, residents[towns])
        _choose_territory(people, rows, score[rows], int((residents[towns] - quota)[:, Urban.URBAN].sum()))
        for territory in TERRITORIES:
            here = rows[homes["urban"][rows] == territory]
            wanted = residents[towns, territory] - quota[:, territory]
            homes["base"][here] = towns[_spread_over_towns(people, here, wanted)]
    used = np.zeros((region.n_towns, 2), np.int64)
    np.add.at(used, (homes["base"], homes["urban"]), homes["size"])
    quotas = residents - used
    if (quotas < 0).any():
        raise ValueError("a town has more family residents than residents")
    _open_collective(region, people, quotas)
    return _settle_villages(region, people)


def urban_scores(people: People) -> np.ndarray:
    """Propensity of each household to live on urban territory: ages of its members, status and noise."""
    persons, homes, assumptions = people.persons, people.households, people.assumptions
    at_home = np.flatnonzero(persons["home"] >= 0)
    by_age = (np.array(assumptions.steps("urban_age_score", 105)) * 100).astype(np.int64)
    total = np.bincount(persons["home"][at_home], by_age[persons["age"][at_home]], len(homes))
    noise = uniforms(homes["key"], URBAN_NOISE)
    weights = assumptions.table("urban_score")
    return (
        total / (100.0 * homes["size"])
        + weights["status"] * homes["status"]
        + weights["noise"] * (noise - 0.5)
        - weights["size"] * homes["size"]
    )


def _collective_quota(people: People, county: int, residents: np.ndarray) -> np.ndarray:
    """Collective residents wanted in each town and territory, (towns, 2): total exact."""
    persons = people.persons
    kinds = persons["quarters"][persons["county"] == county]
    counts = np.bincount(kinds, minlength=len(CollectiveType))[1:]
    shares = np.array(people.assumptions.numbers("collective_urban_share"))
    total = int(counts.sum())
    urban = total if residents[:, Urban.RURAL].sum() == 0 else int((counts * shares).sum())
    quota = np.zeros(residents.shape, np.int64)
    for territory, number in ((Urban.URBAN, urban), (Urban.RURAL, total - urban)):
        limits = residents[:, territory]
        base = np.minimum(limits, SLACK)
        if base.sum() > number:
            base = np.zeros_like(base)
        rest = apportion_within(limits.astype(float), limits - base, number - int(base.sum()))
        quota[:, territory] = base + rest
    return quota


def _choose_territory(people: People, rows: np.ndarray, score: np.ndarray, persons: int) -> None:
    """The households with the highest scores are urban, up to a number of persons."""
    homes = people.households
    order = np.lexsort((order_numbers(homes["key"][rows], TOWN_ORDER), -score))
    running = np.cumsum(homes["size"][rows[order]])
    homes["urban"][rows[order[running <= persons]]] = Urban.URBAN


def _spread_over_towns(people: People, rows: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Position of the town of each household: in random order, each where the running count falls."""
    homes = people.households
    order = np.argsort(order_numbers(homes["key"][rows], TOWN_ORDER), kind="stable")
    sizes = homes["size"][rows[order]]
    middle = np.cumsum(sizes) - sizes // 2
    position = np.zeros(len(rows), np.int64)
    position[order] = np.minimum(np.searchsorted(np.cumsum(wanted), middle), len(wanted) - 1)
    return position


def _open_collective(region: Any, people: People, quotas: np.ndarray) -> None:
    """Collective residents to towns, by type, in units of at most ``UNIT_SIZE`` persons."""
    persons = people.persons
    shares = np.array(people.assumptions.numbers("collective_urban_share"))
    place = np.full(len(persons), -1)  # town * 2 + territory
    for county in region.counties:
        towns = np.array(county.towns)
        types = [CollectiveType.STUDENT, CollectiveType.WORKER, CollectiveType.OTHER]
        members = []
        for kind in types:
            rows = np.flatnonzero((persons["county"] == county.index) & (persons["quarters"] == kind))
            members.append(rows[np.argsort(order_numbers(persons["key"][rows], COLLECTIVE_ORDER), kind="stable")])
        counts = np.array([len(rows) for rows in members])
        columns = quotas[towns].ravel()
        seed = np.stack([quotas[towns] * np.array([1.0 - share, share]) for share in shares]).reshape(3, -1)
        table = fit_counts(seed + 1e-9, counts, columns)
        cells = (towns[:, None] * 2 + np.arange(2)).ravel()
        for rows, row in zip(members, table, strict=True):
            place[rows] = np.repeat(cells, row)
    _add_units(region, people, place)


def _add_units(region: Any, people: People, place: np.ndarray) -> None:
    persons, homes = people.persons, people.households
    rows = np.flatnonzero(place >= 0)
    group = place[rows] * len(CollectiveType) + persons["quarters"][rows]
    order = np.lexsort((order_numbers(persons["key"][rows], COLLECTIVE_ORDER), group))
    rows, group = rows[order], group[order]
    first = np.flatnonzero(np.r_[True, group[1:] != group[:-1]])
    number = np.arange(len(rows)) - np.repeat(first, np.diff(np.r_[first, len(rows)]))
    starts = number % UNIT_SIZE == 0
    unit = np.cumsum(starts) - 1
    n, units = len(homes), int(starts.sum())
    persons["home"][rows] = n + unit
    keys = make_keys(base_key(region.code, people.census.year), HOUSEHOLD, n, units)
    homes.append(
        {
            "key": keys,
            "county": persons["county"][rows[starts]],
            "kind": np.full(units, -1),
            "size": np.bincount(unit),
            "status": normals(keys, STATUS),
            "urban": place[rows[starts]] % 2,
            "base": place[rows[starts]] // 2,
        }
    )


def _settle_villages(region: Any, people: People) -> np.ndarray:
    """Rural households to villages of unequal size; persons follow their household."""
    persons, homes = people.persons, people.households
    villages = np.array([max(place.villages, 1) for place in region.places[: region.n_towns]])
    homes["village"] = np.zeros(len(homes), np.int16)
    spread = people.assumptions.number("village_size_spread")
    code = np.full((region.n_towns, int(villages.max()) + 1), -1, np.int8)
    code[:, 0] = Urban.URBAN
    for town in range(region.n_towns):
        rows = np.flatnonzero((homes["base"] == town) & (homes["urban"] == Urban.RURAL))
        if len(rows) == 0:
            continue
        code[town, 1 : villages[town] + 1] = Urban.RURAL
        keys = make_keys(base_key(region.code, town), HOUSEHOLD, 0, int(villages[town]))
        weights = 1.0 + spread * (uniforms(keys, VILLAGE_SIZE) - 0.5)
        numbers = np.repeat(np.arange(villages[town]) + 1, apportion(weights, len(rows)))
        order = np.argsort(order_numbers(homes["key"][rows], VILLAGE_ORDER), kind="stable")
        homes["village"][rows[order]] = numbers
    for name in ("urban", "base", "village"):
        persons[name] = homes[name][persons["home"]]
    return code


def status_of_persons(people: People, assumptions: Assumptions) -> np.ndarray:
    """Latent standing of each person: that of the household, for collective residents their own."""
    persons, homes = people.persons, people.households
    own = normals(persons["key"], STATUS)
    family = persons["quarters"] == CollectiveType.NONE
    return np.where(family, homes["status"][persons["home"]], own)

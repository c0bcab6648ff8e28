"""Which villages count as urban on 31 December: an exogenous yearly schedule, never a response.

Without village codes the schedule is ``reclassified_share`` (Beta with mean 0.33 on 0.15-0.45) of a
reference urban gain (``urban_gain_reference``, persons a year), spread over counties by their urban
residents at the start outside wholly urban districts, frozen per parameter draw and shared by paired
scenarios. Villages turn one by one, nearest to a seat or in key towns first, by keyed rank.
"""

from __future__ import annotations

import numpy as np

from jcsim.compilation import njit
from jcsim.draws import register_event
from jcsim.markets.priority import priorities
from jcsim.records import WEIGHT_ONE, Urban
from jcsim.threads import by_rows, counted
from jcsim.world import World

VILLAGE_RANK = register_event("rank of villages for urban code", 110)
RELABELLED, RURAL = int(Urban.RELABELLED), int(Urban.RURAL)
TERRITORY_SEED = 20_230_523  # fixed: the schedule is the same in every run and scenario


def village_order(world: World) -> np.ndarray:
    """Rank of every village for reclassification, (towns, villages): lower turns sooner."""
    n_towns, width = world.village_urban.shape
    keys = (np.arange(n_towns)[:, None] * 10_000 + np.arange(width)[None, :]).astype(np.int64)
    rank = priorities(keys.reshape(-1), TERRITORY_SEED, VILLAGE_RANK, 0).reshape(n_towns, width) >> 16
    minutes = world.geography.minutes[np.arange(n_towns), world.geography.seat_of[:n_towns]]
    near = (np.minimum(minutes, 120.0) * (1.0 - 0.5 * world.towns["key_town"][:n_towns])).astype(np.int64)
    return rank + (near[:, None] << 48)


def relabel(world: World, yearly: np.ndarray) -> None:
    """Turn villages urban until each county's schedule is met.

    ``yearly``: (counties,) persons to relabel this year, weight units; what whole villages overshoot or
    leave is carried to the next year.
    """
    persons = world.persons.rows
    n_towns, width = world.village_urban.shape
    residents = counted(world.threads, _villagers, (persons,), [(n_towns * width,)], n_towns, width)[0]
    order = np.argsort(village_order(world).reshape(-1), kind="stable")
    county = world.towns["county"][order // width]
    turned = np.zeros(n_towns * width, bool)
    for c in range(len(yearly)):
        world.relabel_debt[c] += yearly[c]
        for village in order[county == c]:
            if world.relabel_debt[c] <= residents[village] // 2 or world.relabel_debt[c] <= 0:
                if residents[village] > 0:
                    break
                continue
            if residents[village] > 0 and village % width > 0:
                turned[village] = True
                world.relabel_debt[c] -= residents[village]
    world.village_urban.reshape(-1)[turned] = RELABELLED
    changed = np.zeros(len(persons), bool)
    by_rows(world.threads, _turn_persons, (persons, changed), turned, n_towns, width)
    world.flows["relabelled"] = np.flatnonzero(changed)
    by_rows(world.threads, _turn_households, (world.households.rows,), turned, n_towns, width)


@njit
def _villagers(persons, n_towns, width, residents):
    """Rural residents of every village, weight units."""
    for i in range(persons.shape[0]):
        person = persons[i]
        if person.alive and person.urban == RURAL and person.residence < n_towns:
            residents[person.residence * width + person.village] += person.weight


@njit
def _turn_persons(persons, changed, turned, n_towns, width):
    for i in range(persons.shape[0]):
        person = persons[i]
        if person.alive and person.urban == RURAL and person.residence < n_towns:
            changed[i] = turned[person.residence * width + person.village]
            if changed[i]:
                person.urban = RELABELLED


@njit
def _turn_households(homes, turned, n_towns, width):
    """Village households there keep their kind and rural rights; only the code of the territory turns."""
    for j in range(homes.shape[0]):
        home = homes[j]
        if home.alive and home.base_urban == RURAL and home.base < n_towns:
            if turned[home.base * width + home.village]:
                home.base_urban = RELABELLED


@njit
def _by_county(persons, towns, n_towns, rural, urban):
    for i in range(persons.shape[0]):
        person = persons[i]
        if person.alive and person.residence < n_towns:
            if person.urban == RURAL:
                rural[towns[person.residence].county] += person.weight
            else:
                urban[towns[person.residence].county] += person.weight


def schedule(world: World, p) -> np.ndarray:
    """Persons relabelled a year by county, weight units, (counties,)."""
    n = int(world.towns["county"].max()) + 1
    rural, urban = counted(world.threads, _by_county, (world.persons.rows,), [(n,), (n,)], world.towns, world.n_towns)
    base = np.where(rural > 0, urban, 0)
    yearly = p["reclassified_share"] * p["urban_gain_reference"] * WEIGHT_ONE
    return (yearly * (base / max(int(base.sum()), 1))).astype(np.int64)

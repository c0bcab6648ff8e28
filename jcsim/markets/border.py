"""People from outside the prefecture: gross arrivals and departures of those registered elsewhere.

In-migrants are not a residual: of the residents registered outside Jincheng (other Shanxi, other
provinces), a share leaves each year and as many, times ``inflow_ratio``, arrive: families like those
there, and single people in their places and sectors, ages redrawn from 18 to 45 (gross turnover is unseen;
a prior).
"""

from __future__ import annotations

import numpy as np

from jcsim.compilation import njit
from jcsim.draws import child_key, register_event, uniform
from jcsim.markets.households import take_away
from jcsim.markets.weighing import weigh
from jcsim.numeric import whole
from jcsim.records import Activity, HouseholdKind, Marital, PersonKind, Tenure
from jcsim.threads import by_rows
from jcsim.world import World

LEAVE = register_event("in-migrant leaves the prefecture", 120)
ARRIVE = register_event("in-migrant arrives", 121)
ARRIVAL_AGE = register_event("age of an in-migrant", 122)
ARRIVE_FAMILY = register_event("in-migrant family arrives", 123)
COLLECTIVE = int(HouseholdKind.COLLECTIVE)
LOCAL_WORK, AWAY_WORK = int(Activity.LOCAL_WORK), int(Activity.AWAY_WORK)
UNEMPLOYED = int(Activity.UNEMPLOYED)
YOUNGEST, SPAN = 18, 28


@njit
def _strangers(persons, marks, n_towns):
    """Residents registered outside the prefecture."""
    for i in range(persons.shape[0]):
        person = persons[i]
        marks[i] = person.alive == 1 and person.hukou_place < 0 and person.residence < n_towns


@njit
def _leave(persons, homes, rows, p, t, leaves):
    """Who leaves: families by the household's draw, others by their own; the jobless of a dormitory go."""
    for i in range(rows.shape[0]):
        person = persons[rows[i]]
        home = homes[person.household]
        rate = p.turnover_single if home.kind == COLLECTIVE or home.members == 1 else p.turnover_family
        if home.kind == COLLECTIVE and person.activity == UNEMPLOYED:
            rate = 1.0
        key = person.key if home.kind == COLLECTIVE else home.key
        leaves[i] = uniform(t.seed, LEAVE, t.year, key, 0) < rate


@njit
def _single(persons, homes, rows, single):
    """Single in-migrants at work, after whom single newcomers are modelled."""
    for i in range(rows.shape[0]):
        person = persons[rows[i]]
        home = homes[person.household]
        works = person.activity == LOCAL_WORK or person.activity == AWAY_WORK
        single[i] = works and (home.kind == COLLECTIVE or home.members == 1)


@njit
def _age(newcomers, parents, t):
    for i in range(newcomers.shape[0]):
        newcomer = newcomers[i]
        newcomer.key = child_key(parents[i], ARRIVE, t.year)
        u = uniform(t.seed, ARRIVAL_AGE, t.year, newcomer.key, 0)
        newcomer.born = t.year - YOUNGEST - whole(u * u * SPAN)


@njit
def _keys(parents, event, ordinal, out):
    for i in range(parents.shape[0]):
        out[i] = child_key(parents[i], event, ordinal)


def turn_over(world: World, p_rows, t_rows) -> None:
    """One year's departures and arrivals of people registered outside the prefecture."""
    persons, homes, p, t = world.persons.rows, world.households.rows, p_rows[0], t_rows[0]
    strangers = np.zeros(len(persons), bool)
    by_rows(world.threads, _strangers, (persons, strangers), world.n_towns)
    rows = np.flatnonzero(strangers)
    leaves, single = np.zeros(len(rows), bool), np.zeros(len(rows), bool)
    _leave(persons, homes, rows, p, t, leaves)
    _single(persons, homes, rows, single)
    weight = persons["weight"][rows].astype(np.int64)
    in_family = homes["members"][persons["household"][rows]] > 1
    in_family &= homes["kind"][persons["household"][rows]] != COLLECTIVE
    left = [int(weight[leaves & ~in_family].sum()), int(weight[leaves & in_family].sum())]
    wanted = [float(p["inflow_ratio"]) * number for number in left]
    gone = rows[leaves]
    arrived = [_arrive_alone(world, rows[single], wanted[0], t), _arrive_as_families(world, rows, wanted[1], t)]
    world.flows["arrived"] = np.concatenate(arrived)
    world.flows["left"] = gone
    persons = world.persons.rows
    partners = persons["spouse"][gone]
    persons["spouse"][partners[partners >= 0]] = -1
    persons["alive"][gone] = 0
    take_away(world, gone)


def _drawn(keys: np.ndarray, weights: np.ndarray, wanted: float, event: int, t) -> np.ndarray:
    """Who of those with these keys is followed by a newcomer like them, so that ``wanted`` come."""
    share = min(wanted / max(int(weights.sum()), 1), 1.0)
    chosen = np.zeros(len(keys), bool)
    _draw(np.ascontiguousarray(keys), share, event, t, chosen)
    return chosen


@njit
def _draw(keys, share, event, t, chosen):
    for i in range(keys.shape[0]):
        chosen[i] = uniform(t.seed, event, t.year, keys[i], 0) < share


def _arrive_alone(world: World, models: np.ndarray, wanted: float, t) -> np.ndarray:
    """Newcomers like single in-migrants at work: they join a collective unit, or live as one-person
    households. Returns their rows."""
    persons = world.persons.rows
    weight = persons["weight"][models].astype(np.int64)
    models = models[_drawn(persons["key"][models], weight, wanted, ARRIVE, t)]
    newcomers = _newcomers(persons, models)
    _age(newcomers, persons["key"][models], t)
    newcomers["marital"] = int(Marital.SINGLE)
    newcomers["kind"] = int(PersonKind.PERSON)
    newcomers["spouse"] = newcomers["mother"] = -1
    newcomers["parity"] = 0
    rows = _append(world.persons, newcomers)
    homes = world.households.rows
    old = newcomers["household"]
    alone = homes["kind"][old] != COLLECTIVE
    new = _empty_homes(homes.take(old[alone]), int(t["year"]))
    _keys(newcomers["key"][alone], ARRIVE, 1, new["key"])
    new["weight"] = newcomers["weight"][alone]
    world.persons.rows["household"][rows[alone]] = _append(world.households, new)
    world.persons.rows["role"][rows[alone]] = 0
    return rows


def _arrive_as_families(world: World, rows: np.ndarray, wanted: float, t) -> np.ndarray:
    """Newcomers like whole families of in-migrants, members, ages and work alike. Returns their rows."""
    persons, homes = world.persons.rows, world.households.rows
    household = persons["household"][rows]
    together = weigh(household, np.ones(len(rows), np.int64), len(homes)) == homes["members"]
    family = np.flatnonzero(together & (homes["members"] > 1) & (homes["kind"] != COLLECTIVE))
    weight = homes["weight"][family].astype(np.int64) * homes["members"][family]
    family = family[_drawn(homes["key"][family], weight, wanted, ARRIVE_FAMILY, t)]
    new = _empty_homes(homes.take(family), int(t["year"]))
    _keys(homes["key"][family], ARRIVE_FAMILY, int(t["year"]), new["key"])
    place = np.full(len(homes), -1)
    place[family] = _append(world.households, new)
    members = rows[place[household] >= 0]
    newcomers = _newcomers(persons, members)
    _keys(persons["key"][members], ARRIVE_FAMILY, int(t["year"]), newcomers["key"])
    newcomers["household"] = place[persons["household"][members]]
    row = np.full(len(persons), -1)
    row[members] = world.persons.n + np.arange(len(members))
    for pointer in ("spouse", "mother"):
        old = persons[pointer][members]
        newcomers[pointer] = np.where(old >= 0, row[old], -1)
    return _append(world.persons, newcomers)


def _newcomers(persons: np.ndarray, models: np.ndarray) -> np.ndarray:
    """Records like those of ``models`` without what happened to them."""
    newcomers = persons.take(models)
    for name in ("target", "was_at", "applied"):
        newcomers[name] = -1
    for name in ("event", "years_here", "permit"):
        newcomers[name] = 0
    return newcomers


def _empty_homes(models: np.ndarray, year: int) -> np.ndarray:
    """Households of tenants like ``models`` without property."""
    new = models.copy()
    for name in ("savings", "debt", "subsidised", "land", "land_use", "homestead", "share", "titled", "queue_year"):
        new[name] = 0
    new["kin"] = new["town_home"] = new["origin"] = -1
    new["tenure"], new["founded"], new["alive"] = int(Tenure.RENTED), year, 1
    return new


def _append(table, rows: np.ndarray) -> np.ndarray:
    added = table.append(rows)
    return np.arange(added.start, added.stop)

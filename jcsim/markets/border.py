"""People from outside the prefecture: gross arrivals and departures of those registered elsewhere.

In-migrants are not a residual: of the residents registered outside Jincheng (other Shanxi, other
provinces), a share leaves each year and a share as large, times ``inflow_ratio``, arrives: the same
places and sectors, ages redrawn from 18 to 45 (gross turnover is unseen; a prior).
"""

from __future__ import annotations

import numpy as np

from jcsim.compilation import njit
from jcsim.draws import child_key, register_event, uniform
from jcsim.numeric import whole
from jcsim.records import Activity, HouseholdKind, Marital, PersonKind
from jcsim.world import World

LEAVE = register_event("in-migrant leaves the prefecture", 120)
ARRIVE = register_event("in-migrant arrives", 121)
ARRIVAL_AGE = register_event("age of an in-migrant", 122)
COLLECTIVE = int(HouseholdKind.COLLECTIVE)
LOCAL_WORK, AWAY_WORK = int(Activity.LOCAL_WORK), int(Activity.AWAY_WORK)
UNEMPLOYED = int(Activity.UNEMPLOYED)
YOUNGEST, SPAN = 18, 28


@njit(cache=True)
def _draw(persons, homes, rows, p, t, leaves, arrives):
    for i in range(rows.shape[0]):
        person = persons[rows[i]]
        home = homes[person.household]
        rate = p[0].turnover_single if home.kind == COLLECTIVE or home.members == 1 else p[0].turnover_family
        if home.kind == COLLECTIVE and person.activity == UNEMPLOYED:
            rate = 1.0
        key = person.key if home.kind == COLLECTIVE else home.key
        leaves[i] = uniform(t[0].seed, LEAVE, t[0].year, key, 0) < rate
        single = home.kind == COLLECTIVE or home.members == 1
        works = person.activity == LOCAL_WORK or person.activity == AWAY_WORK
        chance = p[0].turnover_single * p[0].inflow_ratio if single and works else 0.0
        arrives[i] = uniform(t[0].seed, ARRIVE, t[0].year, person.key, 0) < chance


@njit(cache=True)
def _age(newcomers, parents, t):
    for i in range(newcomers.shape[0]):
        newcomer = newcomers[i]
        newcomer.key = child_key(parents[i], ARRIVE, t[0].year)
        u = uniform(t[0].seed, ARRIVAL_AGE, t[0].year, newcomer.key, 0)
        newcomer.born = t[0].year - YOUNGEST - whole(u * u * SPAN)


def turn_over(world: World, p_rows, t_rows) -> None:
    """One year's departures and arrivals of people registered outside the prefecture."""
    persons, homes = world.persons.rows, world.households.rows
    rows = np.flatnonzero(
        (persons["alive"] == 1) & (persons["hukou_place"] < 0) & (persons["residence"] < world.n_towns)
    )
    leaves, arrives = np.zeros(len(rows), bool), np.zeros(len(rows), bool)
    _draw(persons, homes, rows, p_rows, t_rows, leaves, arrives)
    _arrive(world, rows[arrives], t_rows)
    persons = world.persons.rows
    gone = rows[leaves]
    world.flows["left"] = gone
    partners = persons["spouse"][gone]
    persons["spouse"][partners[partners >= 0]] = -1
    persons["alive"][gone] = 0


def _arrive(world: World, models: np.ndarray, t_rows) -> None:
    """Newcomers like ``models``: they join the collective unit, or live as one-person households."""
    newcomers = world.persons.rows[models].copy()
    parents = newcomers["key"].copy()
    _age(newcomers, parents, t_rows)
    newcomers["marital"] = int(Marital.SINGLE)
    newcomers["kind"] = int(PersonKind.PERSON)
    for name in ("spouse", "mother", "target", "was_at", "applied"):
        newcomers[name] = -1
    for name in ("parity", "event", "years_here", "permit", "schooling"):
        newcomers[name] = 0
    added = world.persons.append(newcomers)
    rows = np.arange(added.start, added.stop)
    world.flows["arrived"] = rows
    homes = world.households.rows
    old = world.persons.rows["household"][rows]
    alone = homes["kind"][old] != COLLECTIVE
    if alone.any():
        new = homes[old[alone]].copy()
        for name in ("savings", "debt", "land", "land_use", "homestead", "share", "titled", "queue_year"):
            new[name] = 0
        new["kin"] = new["town_home"] = new["origin"] = -1
        new["tenure"], new["founded"], new["alive"] = 0, int(t_rows[0]["year"]), 1
        new["key"] = [child_key(int(k), ARRIVE, 1) for k in world.persons.rows["key"][rows[alone]]]
        new["weight"] = world.persons.rows["weight"][rows[alone]]
        added_homes = world.households.append(new)
        world.persons.rows["household"][rows[alone]] = np.arange(added_homes.start, added_homes.stop)
        world.persons.rows["role"][rows[alone]] = 0

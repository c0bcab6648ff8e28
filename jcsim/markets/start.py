"""Levels set once at the start, from the start census and earlier facts only.

The constants of the work decision, common to a sex and age band, are anchored so that with everybody
deciding at the start's wages nothing would change on balance (Berry's inversion on the start's shares).
"""

from __future__ import annotations

import numpy as np

from jcsim.kernels.decisions import NEST_SHARES
from jcsim.markets.offers import make_offers
from jcsim.numeric import log
from jcsim.records import Activity, HouseholdKind
from jcsim.rules.work import NESTS
from jcsim.world import World

ROUNDS = 8
BANDS = 4


def anchor_constants(world: World, engine, year: int, p_rows, t_rows) -> None:
    """Find the activity constants by ``c += ln share - ln expected share``, eight rounds.

    Shares are of persons open to the decision, by sex and age band, over farm, local, home and the three
    away nests (unemployed count as home). A nest nobody is in keeps half a person.
    """
    persons, homes = world.persons.rows, world.households.rows
    n = len(persons)
    every = max(1, int(round(2_400_000 * min(world.scale, 1.0) / 150_000)))
    chances = np.zeros((n, NESTS), np.int64)
    now = _nest_now(world)
    chosen = (
        (persons["alive"] == 1)
        & (persons["key"] % every == 0)
        & (year - persons["born"] >= 16)
        & ~np.isin(persons["activity"], (int(Activity.PUPIL), int(Activity.STUDENT_AWAY), int(Activity.RETIRED)))
        & (homes["kind"][persons["household"]] != HouseholdKind.COLLECTIVE)
    )
    rows = np.flatnonzero(chosen)
    age = year - persons["born"][rows].astype(np.int64)
    band = np.select([age < 25, age < 45, age < 60], [0, 1, 2], 3)
    group = persons["sex"][rows] * BANDS + band
    weight = persons["weight"][rows].astype(np.int64)
    actual = np.zeros((2 * BANDS, NESTS), np.int64)
    np.add.at(actual, (group, now[rows]), weight)
    offers = make_offers(world, p_rows[0])
    for _ in range(ROUNDS):
        arguments = (persons, homes, chances, every, world.towns, offers, world.constants)
        engine.run(NEST_SHARES, (*arguments, p_rows, t_rows))
        expected = np.zeros((2 * BANDS, NESTS), np.int64)
        np.add.at(expected, group, chances[rows] * (weight[:, None] // 64))
        for g in range(2 * BANDS):
            _adjust(world.constants[g // BANDS, g % BANDS], actual[g], expected[g])


def _adjust(constants: np.ndarray, actual: np.ndarray, expected: np.ndarray) -> None:
    total, modelled = int(actual.sum()), int(expected.sum())
    if total == 0 or modelled == 0:
        return
    for nest in range(NESTS):
        if expected[nest] == 0:
            continue
        share = max(int(actual[nest]), 32768) / total
        step = log(share) - log(int(expected[nest]) / modelled)
        constants[nest] += min(max(step, -5.0), 5.0)


def _nest_now(world: World) -> np.ndarray:
    """Nest each person is in: farm, local, home (or unemployed), away by zone."""
    persons = world.persons.rows
    nest = np.full(len(persons), 2, np.int64)
    nest[persons["activity"] == Activity.FARM] = 0
    nest[persons["activity"] == Activity.LOCAL_WORK] = 1
    away = persons["activity"] == Activity.AWAY_WORK
    town = world.towns[persons["residence"]]
    zone = np.where(town["outside"] == 0, 0, np.where(town["cross_province"] == 1, 2, 1))
    nest[away] = 3 + zone[away]
    return nest

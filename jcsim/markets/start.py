"""Levels set once at the start, from the start census and earlier facts only.

With everybody deciding at the start's wages and chances, nothing would change on balance and people would
leave what they do at the prior rates: the constants of the work decision, common to a sex and age band,
match the start's shares (Berry's inversion), and the value of staying, common to all in a nest, matches
the prior exit rates.
"""

from __future__ import annotations

import numpy as np

from jcsim.kernels.decisions import NEST_SHARES, PROBABILITY_UNIT
from jcsim.markets.offers import make_offers, set_constants
from jcsim.markets.weighing import weigh
from jcsim.numeric import log
from jcsim.records import Activity, HouseholdKind, Urban
from jcsim.rules.nests import BANDS, N_AWAY, N_FARM, N_HOME, N_LOCAL, NESTS
from jcsim.world import World

ROUNDS = 12
EXITS = {N_FARM: "exit_farm", N_LOCAL: "exit_local", N_HOME: "exit_home"}
SAMPLE = 150_000  # persons whose decision is worked out at most, about
EVENT_SHARE = 0.15  # of those who decide, in a household with a life event in the year (runs of both starts)


def anchor_constants(world: World, engine, year: int, p_rows, t_rows) -> None:
    """Find the constants by ``c += ln share - ln expected share`` and the values of staying by
    ``s += logit(1 - exit rate) - logit(expected to stay)``, among those who reconsider, twelve rounds.

    Shares are of persons open to the decision, weighted by their chance to reconsider (unemployed count
    as home). A nest nobody is in keeps half a person.
    """
    persons, homes = world.persons.rows, world.households.rows
    every = max(1, int(round(2_400_000 * world.scale / SAMPLE)))
    shares = np.zeros((len(persons), NESTS + 1), np.int64)
    rows = _deciding(persons, homes, year, every)
    now, jobless = _nest_now(world, rows)
    age = year - persons["born"][rows].astype(np.int64)
    band = np.select([age < 25, age < 45, age < 60], [0, 1, 2], 3)
    group = persons["sex"][rows] * BANDS + band
    weight = persons["weight"][rows].astype(np.int64)
    offers, p = make_offers(world, p_rows[0]), p_rows[0]
    villager = homes["base_urban"][persons["household"][rows]] == Urban.RURAL
    towards_towns = _moves_to_towns(group, now, villager, weight, p)
    attention_rate = p["attention"] + EVENT_SHARE * max(p["attention_event"] - p["attention"], 0.0)
    for _ in range(ROUNDS):
        set_constants(offers[0], world)
        engine.run(NEST_SHARES, (persons, shares, homes, every, world.towns, offers, world.levers, p_rows, t_rows))
        expected = shares[rows] * (weight[:, None] // 64)
        attending = expected[:, NESTS]
        for g in range(2 * BANDS):
            here = group == g
            actual = weigh(now[here], attending[here], NESTS)
            modelled = np.array([int(expected[here, nest].sum()) for nest in range(NESTS)])
            leaving = int(expected[here & villager, N_AWAY].sum())
            actual[N_AWAY] = int(towards_towns[g] * (modelled[N_AWAY] / max(leaving, 1)))
            _match_shares(world.constants[g // BANDS, g % BANDS], actual, modelled)
        for nest in range(NESTS):
            here = (now == nest) & ~jobless
            attention, stays = int(attending[here].sum()), int(expected[here, nest].sum())
            if attention > 0:
                leave = p[EXITS.get(nest, "exit_away")] / attention_rate
                world.staying[nest] += _logit(1.0 - leave) - _logit(stays / attention)
    world.staying[N_AWAY] = _staying_in_towns(p, attention_rate)


def _moves_to_towns(group, now, villager, weight, p) -> np.ndarray:
    """Villagers expected to be hired in a town of the prefecture in a year, by group: ``town_moves`` of
    those who decide, with the age and sex profile of those away outside. Members away in the prefecture
    are no margin of the census, so this nest is anchored on a flow."""
    everybody = int(weight[villager].sum())
    outside = weigh(group[now > N_AWAY], weight[now > N_AWAY], 2 * BANDS)
    moves = p["town_moves"] * p["finding_start"] * everybody * (PROBABILITY_UNIT / 64)
    return (moves * (outside / max(int(outside.sum()), 1))).astype(np.int64)


def _staying_in_towns(p, attention_rate: float) -> float:
    """What staying adds in the nest nobody is in at the start: log odds of staying less those of going
    at the rate ``town_moves``, and less what not moving and a sure job add already."""
    stays = _logit(1.0 - p["exit_away"] / attention_rate) - _logit(p["town_moves"] / attention_rate)
    return stays - p["beta_income"] * (p["moving_cost"] - log(p["finding_start"]))


def _deciding(persons, homes, year: int, every: int) -> np.ndarray:
    """Rows of the sample that decide about work."""
    away_from_it = (int(Activity.PUPIL), int(Activity.STUDENT_AWAY), int(Activity.RETIRED))
    return np.flatnonzero(
        (persons["alive"] == 1)
        & (persons["key"] % every == 0)
        & (year - persons["born"] >= 16)
        & ~np.isin(persons["activity"], away_from_it)
        & (homes["kind"][persons["household"]] != HouseholdKind.COLLECTIVE)
    )


def _match_shares(constants: np.ndarray, actual: np.ndarray, expected: np.ndarray) -> None:
    total, modelled = int(actual.sum()), int(expected.sum())
    if total == 0 or modelled == 0:
        return
    least = int(PROBABILITY_UNIT) * 512  # half a person
    for nest in range(NESTS):
        if expected[nest] > 0:
            step = log(max(int(actual[nest]), least) / total) - log(int(expected[nest]) / modelled)
            constants[nest] += min(max(step, -5.0), 5.0)


def _logit(share: float) -> float:
    """Log odds, kept within those of 1 and 99.9 percent."""
    share = min(max(share, 0.01), 0.999)
    return log(share / (1.0 - share))


def _nest_now(world: World, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Nest each person is in, the unemployed at home, and who is unemployed."""
    persons = world.persons.rows.take(rows)
    nest = np.full(len(persons), N_HOME, np.int64)
    nest[persons["activity"] == Activity.FARM] = N_FARM
    nest[persons["activity"] == Activity.LOCAL_WORK] = N_LOCAL
    away = persons["activity"] == Activity.AWAY_WORK
    town = world.towns[persons["residence"]]
    zone = np.where(town["outside"] == 0, 0, np.where(town["cross_province"] == 1, 2, 1))
    nest[away] = N_AWAY + zone[away]
    return nest, persons["activity"] == Activity.UNEMPLOYED

"""Hiring: openings are rationed by market and sector; who is not hired is unemployed until next year."""

from __future__ import annotations

import numpy as np

from jcsim.draws import register_event
from jcsim.markets.priority import priorities
from jcsim.markets.weighing import admitted, weigh
from jcsim.records import Activity
from jcsim.world import N_SECTORS, World

HIRE = register_event("hiring priority", 80)
KEEP = register_event("keeping a job", 81)
SECOND_ROUND = register_event("second round of hiring", 82)
WORK = (int(Activity.LOCAL_WORK), int(Activity.AWAY_WORK))


def hire(world: World, t) -> None:
    """Fill the jobs: those who hold one keep it while it exists, by keyed priority; then applicants to
    each sector, by keyed priority; then, in a second round, those turned away take what is left open in
    their market. With feedback off, every applicant meets the start's chance of a job instead.

    Writes ``hired``; counts hires by market in ``world.flows['hires']`` (weight units).
    """
    persons = world.persons.rows
    persons["hired"] = 0
    wants = np.isin(persons["intent"], WORK) & (persons["alive"] == 1)
    outside = np.where(persons["target"] >= 0, persons["target"], persons["workplace"]) >= world.n_towns
    persons["hired"][wants & outside] = 1
    room = world.labour.jobs.reshape(-1).copy()
    holding = np.flatnonzero(wants & ~outside & (persons["applied"] < 0) & (persons["sector"] > 0))
    room -= _fill(world, holding, persons["workplace"][holding], persons["sector"][holding], room, KEEP, t)
    seeking = np.flatnonzero(wants & ~outside & (persons["applied"] > 0))
    taken = _fill(
        world, seeking, persons["target"][seeking], persons["applied"][seeking], np.maximum(room, 0), HIRE, t
    )
    taken += _second_round(world, seeking, room - taken, t)
    world.flows["hires"] = np.array([int(row.sum()) for row in taken.reshape(-1, N_SECTORS)], np.int64)


def _second_round(world: World, seeking, left, t) -> np.ndarray:
    """Those turned away are offered the jobs left in their market, sector by sector in order."""
    persons = world.persons.rows
    waiting = seeking[persons["hired"][seeking] == 0]
    taken = np.zeros(len(left), np.int64)
    if not t["feedback"]:
        return taken
    priority = priorities(persons["key"][waiting], int(t["seed"]), SECOND_ROUND, int(t["year"]))
    for sector in range(1, N_SECTORS):
        market = world.towns["market"][persons["target"][waiting]]
        open_jobs = np.maximum(left.reshape(-1, N_SECTORS)[:, sector], 0)
        weights = persons["weight"][waiting]
        chosen = admitted(market, priority, persons["key"][waiting], weights, open_jobs)
        rows = waiting[chosen]
        persons["hired"][rows] = 1
        persons["applied"][rows] = sector
        taken.reshape(-1, N_SECTORS)[:, sector] += weigh(market[chosen], weights[chosen], len(open_jobs))
        waiting, priority = waiting[~chosen], priority[~chosen]
    return taken


def _fill(world: World, rows, places, sectors, room, event: int, t) -> np.ndarray:
    """Admit ``rows`` to the jobs of their market and sector; returns the weight admitted by cell."""
    persons = world.persons.rows
    cells = world.towns["market"][places].astype(np.int64) * N_SECTORS + sectors
    keys, weights = persons["key"][rows], persons["weight"][rows]
    priority = priorities(keys, int(t["seed"]), event, int(t["year"]))
    if t["feedback"]:
        chosen = admitted(cells, priority, keys, weights, room)
    elif event == KEEP:
        chosen = np.ones(len(rows), bool)
    else:
        chance = 1.0 - world.labour.unemployment_start[cells // N_SECTORS]
        chosen = priority < (chance * float(2**63)).astype(np.float64)
    persons["hired"][rows[chosen]] = 1
    return weigh(cells[chosen], weights[chosen], len(room))

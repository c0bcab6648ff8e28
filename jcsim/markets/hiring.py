"""Hiring: openings are rationed by market and sector.

Who holds a job keeps it while it exists and may look for another from it. Applicants to each sector are
served by keyed priority; those turned away take what is left open within daily reach. Who is not hired
goes on with the job or the farm they have, else is unemployed until next year; a migrant who moved to look
for work is unemployed there (Harris and Todaro).
"""

from __future__ import annotations

import numpy as np

from jcsim.compilation import njit
from jcsim.draws import register_event, uniform
from jcsim.markets.priority import priorities
from jcsim.markets.weighing import admitted, in_order, weigh
from jcsim.records import Activity
from jcsim.threads import by_rows, counted
from jcsim.world import N_SECTORS, World

HIRE = register_event("hiring priority", 80)
KEEP = register_event("keeping a job", 81)
SECOND_ROUND = register_event("second round of hiring", 82)
SECOND_SECTOR = register_event("sector of the second round", 83)
FARM, LOCAL_WORK, AWAY_WORK = int(Activity.FARM), int(Activity.LOCAL_WORK), int(Activity.AWAY_WORK)
MEMORY = 0.5  # weight of earlier years in the chance seekers expect
LEAST_CHANCE = 0.02
PASSES_OVER, HOLDS, SEEKS, SEEKS_ON_THE_JOB, GOES_OUTSIDE = range(5)


def hire(world: World, t, p) -> None:
    """Fill the jobs of the year and write ``hired``; see the module for the order.

    Updates ``labour.chance`` (openings over seekers, half of it memory). ``world.flows['hires']`` is by market who
    was hired without a job outside farming before, ``['filled']`` by market and sector jobs held afterwards (weight
    units). With feedback off every applicant meets the start's chance.
    """
    persons, labour = world.persons.rows, world.labour
    standing = np.zeros(len(persons), np.int8)
    by_rows(world.threads, _sort_out, (persons, standing), world.n_towns)
    room = labour.jobs.reshape(-1).copy()
    holding = np.flatnonzero((standing == HOLDS) | (standing == SEEKS_ON_THE_JOB))
    room -= _fill(world, holding, KEEP, room, t)
    seeking = np.flatnonzero((standing == SEEKS) | (standing == SEEKS_ON_THE_JOB))
    kept = persons["hired"][seeking] == 1
    persons["hired"][seeking] = 0
    room = np.maximum(room, 0)
    if t["feedback"]:
        _update_chance(world, persons["target"][seeking], persons["weight"][seeking], room)
    _second_round(world, seeking, room - _fill(world, seeking, HIRE, room, t), t)
    _go_on(persons, seeking, kept)
    new = seeking[(standing[seeking] == SEEKS) & (persons["hired"][seeking] == 1)]
    hired_in = world.towns["market"][persons["target"][new]]
    world.flows["hires"] = weigh(hired_in, persons["weight"][new], len(world.markets))
    shape = (len(world.markets), N_SECTORS)
    world.flows["filled"] = counted(world.threads, _count_filled, (persons,), [shape], world.towns, world.n_towns)[0]


@njit
def _sort_out(persons, standing, n_towns):
    """Who holds a job, who seeks one, and who goes outside the prefecture, where all find work."""
    for i in range(persons.shape[0]):
        person = persons[i]
        person.hired = 0
        if not person.alive or (person.intent != LOCAL_WORK and person.intent != AWAY_WORK):
            continue
        place = person.target if person.target >= 0 else person.workplace
        if place >= n_towns:
            standing[i] = GOES_OUTSIDE
            person.hired = 1
            continue
        works = person.activity == LOCAL_WORK or person.activity == AWAY_WORK
        holds = works and person.sector > 0 and 0 <= person.workplace < n_towns
        if person.applied > 0:
            standing[i] = SEEKS_ON_THE_JOB if holds else SEEKS
        elif holds:
            standing[i] = HOLDS


@njit
def _count_filled(persons, towns, n_towns, filled):
    for i in range(persons.shape[0]):
        person = persons[i]
        place = person.target if person.target >= 0 else person.workplace
        sector = person.applied if person.applied >= 0 else person.sector
        if person.alive and person.hired and 0 <= place < n_towns:
            filled[towns[place].market, sector] += person.weight


def _update_chance(world: World, targets: np.ndarray, weights: np.ndarray, room: np.ndarray) -> None:
    """Openings over seekers of each market, at most 1, each averaged with the years before: the ratio of
    two means, since the mean of ratios is too high where a sample leaves few seekers."""
    labour = world.labour
    seekers = weigh(world.towns["market"][targets], weights, len(world.markets))
    openings = np.array([int(row.sum()) for row in room.reshape(-1, N_SECTORS)], np.int64)
    first = labour.seekers <= 0.0
    earlier = np.where(first, seekers, labour.seekers), np.where(first, labour.chance * seekers, labour.openings)
    labour.seekers = MEMORY * earlier[0] + (1.0 - MEMORY) * seekers
    labour.openings = MEMORY * earlier[1] + (1.0 - MEMORY) * openings
    chance = np.clip(labour.openings / np.maximum(labour.seekers, 1.0), LEAST_CHANCE, 1.0)
    inside = labour.jobs_start.any(axis=1) & (labour.seekers > 0.0)
    labour.chance = np.where(inside, chance, labour.chance)


def _second_round(world: World, seeking: np.ndarray, left: np.ndarray, t) -> None:
    """Those turned away, one by one in keyed order, take an open job: in the market they applied to, then
    (unless they move for it) in the nearest reached daily; by sector as open jobs suit their sex."""
    persons, labour = world.persons.rows, world.labour
    if not t["feedback"]:
        return
    waiting = seeking[persons["hired"][seeking] == 0]
    people = persons.take(waiting)  # together in memory: they are served in no order of rows
    bases, keys = world.households.rows["base"][people["household"]], people["key"]
    ranks = priorities(keys, int(t["seed"]), SECOND_ROUND, int(t["year"]))
    order = in_order(np.zeros(len(keys), np.int64), ranks, keys)
    tables = (bases, world.towns["market"].astype(np.int64), world.geography.commute)
    addresses = world.markets["address"].astype(np.int64)
    left = left.reshape(-1, N_SECTORS)
    _serve(people, order, *tables, addresses, labour.male_share, int(t["seed"]), int(t["year"]), left)
    for field in ("hired", "applied", "target"):
        persons[field][waiting] = people[field]


@njit
def _serve(persons, rows, bases, market_of, commute, addresses, male_share, seed, year, left):
    for i in range(rows.shape[0]):
        person = persons[rows[i]]
        applied_to, base = market_of[person.target], bases[rows[i]]
        for k in range(-1, commute.shape[1]):
            if k >= 0 and person.intent == AWAY_WORK:
                break
            m = applied_to if k < 0 else commute[base, k]
            if m < 0:
                break
            s = _open_sector(person, left[m], male_share, seed, year)
            if s > 0:
                person.hired = 1
                person.applied = s
                if k >= 0:
                    person.target = addresses[m]
                left[m, s] -= person.weight
                break


@njit
def _open_sector(person, left, male_share, seed, year):
    """A sector with an open job, drawn by open jobs times the share of one's sex in it; 0 if none."""
    total = 0.0
    for s in range(1, N_SECTORS):
        if left[s] >= person.weight - person.weight // 2:
            total += left[s] * (male_share[s] if person.sex == 0 else 1.0 - male_share[s])
    if total <= 0.0:
        return 0
    draw, found = uniform(seed, SECOND_SECTOR, year, person.key, 0) * total, 0
    for s in range(1, N_SECTORS):
        if left[s] >= person.weight - person.weight // 2:
            found = s
            draw -= left[s] * (male_share[s] if person.sex == 0 else 1.0 - male_share[s])
            if draw < 0.0:
                break
    return found


def _go_on(persons: np.ndarray, seeking: np.ndarray, kept: np.ndarray) -> None:
    """Those not hired who have a job, or farm and looked nearby, go on with what they do."""
    refused = persons["hired"][seeking] == 0
    farms = (persons["activity"][seeking] == FARM) & (persons["intent"][seeking] == LOCAL_WORK)
    goes_on = seeking[refused & (kept | farms)]
    persons["hired"][seeking[refused & kept]] = 1
    persons["intent"][goes_on] = persons["activity"][goes_on]
    persons["intent_mode"][goes_on] = persons["mode"][goes_on]
    persons["target"][goes_on] = persons["applied"][goes_on] = -1


def _fill(world: World, rows: np.ndarray, event: int, room: np.ndarray, t) -> np.ndarray:
    """Admit ``rows`` to the jobs they hold (``KEEP``) or apply for (``HIRE``); returns the weight admitted by
    cell of market and sector."""
    persons = world.persons.rows
    cells, keys, weights = (np.zeros(len(rows), np.int64) for _ in range(3))
    _gather(persons, rows, world.towns["market"].astype(np.int64), event == HIRE, cells, keys, weights)

    def priority(which):
        return priorities(keys[which], int(t["seed"]), event, int(t["year"]))

    if t["feedback"]:
        chosen = admitted(cells, priority, keys, weights, room)
    elif event == KEEP:
        chosen = np.ones(len(rows), bool)
    else:
        chosen = priority(slice(None)) < (world.labour.chance[cells // N_SECTORS] * float(2**63)).astype(np.float64)
    persons["hired"][rows[chosen]] = 1
    return weigh(cells[chosen], weights[chosen], len(room))


@njit
def _gather(persons, rows, market_of, applied, cells, keys, weights):
    for i in range(rows.shape[0]):
        person = persons[rows[i]]
        place = person.target if applied else person.workplace
        cells[i] = market_of[place] * N_SECTORS + (person.applied if applied else person.sector)
        keys[i], weights[i] = person.key, person.weight

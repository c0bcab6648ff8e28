"""People from outside the prefecture: gross arrivals and departures of those registered elsewhere.

In-migrants are not a residual: of the residents registered outside Jincheng (other Shanxi, other
provinces), a share leaves each year and as many, times ``inflow_ratio``, arrive: families like those
there, single people in their places and sectors, ages redrawn from 18 to 45, and students for the places
in dormitories of those whose study here ends (gross turnover is unseen; a prior).
"""

from __future__ import annotations

import numpy as np

from jcsim.compilation import njit
from jcsim.draws import child_key, child_keys, register_event, uniform
from jcsim.markets.households import take_away
from jcsim.markets.weighing import weigh
from jcsim.numeric import whole
from jcsim.records import Activity, Education, HouseholdKind, LifeEvent, Marital, PersonKind, Tenure
from jcsim.rules.schooling import AGE_LEAVE, AGE_SENIOR, COLLEGE_YEARS, SENIOR_YEARS, UNIVERSITY_YEARS
from jcsim.threads import by_rows, counted
from jcsim.world import World

LEAVE = register_event("in-migrant leaves the prefecture", 120)
ARRIVE = register_event("in-migrant arrives", 121)
ARRIVAL_AGE = register_event("age of an in-migrant", 122)
ARRIVE_FAMILY = register_event("in-migrant family arrives", 123)
COLLECTIVE = int(HouseholdKind.COLLECTIVE)
LOCAL_WORK, AWAY_WORK = int(Activity.LOCAL_WORK), int(Activity.AWAY_WORK)
UNEMPLOYED, LEFT_SCHOOL = int(Activity.UNEMPLOYED), int(LifeEvent.LEFT_SCHOOL)
PUPIL, STUDENT_AWAY = int(Activity.PUPIL), int(Activity.STUDENT_AWAY)
YOUNGEST, SPAN = 18, 28


@njit
def _strangers(persons, marks):
    """People registered outside the prefecture, whether they live in it or are members away."""
    for i in range(persons.shape[0]):
        marks[i] = persons[i].alive == 1 and persons[i].hukou_place < 0


@njit
def _count_locals(persons, locals_of):
    """Members registered in the prefecture by household."""
    for i in range(persons.shape[0]):
        if persons[i].alive and persons[i].hukou_place >= 0:
            locals_of[persons[i].household] += 1


@njit
def _leave(persons, homes, rows, mixed, n_towns, p, t, leaves):
    """Who leaves: families by the household's draw, members away included, others by their own; the jobless of a
    dormitory go. Single people who went outside to work or study have left; from families with members registered
    here (``mixed``) nobody leaves alone."""
    for i in range(rows.shape[0]):
        person = persons[rows[i]]
        home = homes[person.household]
        alone = home.kind == COLLECTIVE or home.members == 1
        rate = p.turnover_single if alone else p.turnover_family
        if mixed[i]:
            rate = 0.0
        elif alone and (person.residence >= n_towns or (home.kind == COLLECTIVE and person.activity == UNEMPLOYED)):
            rate = 1.0
        key = person.key if home.kind == COLLECTIVE else home.key
        leaves[i] = uniform(t.seed, LEAVE, t.year, key, 0) < rate


@njit
def _finish(persons, homes, rows, n_towns, finishes):
    """Whose study in a dormitory here ended this year."""
    for i in range(rows.shape[0]):
        person = persons[rows[i]]
        left = person.event & LEFT_SCHOOL != 0 or (person.activity == STUDENT_AWAY and person.residence >= n_towns)
        finishes[i] = left and 0 <= person.was_at < n_towns and homes[person.household].kind == COLLECTIVE


@njit
def _age(newcomers, parents, t):
    for i in range(newcomers.shape[0]):
        newcomer = newcomers[i]
        newcomer.key = child_key(parents[i], ARRIVE, t.year)
        u = uniform(t.seed, ARRIVAL_AGE, t.year, newcomer.key, 0)
        newcomer.born = t.year - YOUNGEST - whole(u * u * SPAN)


def turn_over(world: World, p_rows, t_rows) -> None:
    """One year's departures and arrivals of people registered outside the prefecture."""
    persons, homes, p, t = world.persons.rows, world.households.rows, p_rows[0], t_rows[0]
    strangers = np.zeros(len(persons), bool)
    by_rows(world.threads, _strangers, (persons, strangers))
    rows = np.flatnonzero(strangers)
    household = persons["household"][rows]
    members = homes["members"][household]
    in_dormitory = homes["kind"][household] == COLLECTIVE
    in_family = ~in_dormitory & (members > 1)
    locals_of = counted(world.threads, _count_locals, (persons,), [(len(homes),)])[0]
    mixed = in_family & (locals_of[household] > 0)
    leaves, finishes = np.zeros(len(rows), bool), np.zeros(len(rows), bool)
    _leave(persons, homes, rows, mixed, world.n_towns, p, t, leaves)
    _finish(persons, homes, rows, world.n_towns, finishes)
    here, was_at = persons["residence"][rows] < world.n_towns, persons["was_at"][rows]
    counts = here | ((was_at >= 0) & (was_at < world.n_towns))  # who lived here this year is followed by others
    weight = persons["weight"][rows].astype(np.int64) * counts
    groups = (leaves & ~in_family & ~finishes, leaves & in_family, finishes)
    alone, together, students = (float(p["inflow_ratio"]) * int(weight[group].sum()) for group in groups)
    activity = persons["activity"][rows]
    works = here & ((activity == LOCAL_WORK) | (activity == AWAY_WORK))
    studies = here & in_dormitory & ((activity == PUPIL) | (activity == STUDENT_AWAY))
    gone = rows[leaves]
    world.flows["arrived"] = np.concatenate(
        [
            _arrive_to_work(world, rows[works & ~in_family], alone, t),
            _arrive_to_study(world, rows[studies], students, t),
            _arrive_as_families(world, rows[here], together, t),
        ]
    )
    world.flows["left"] = gone
    persons = world.persons.rows
    partners = persons["spouse"][gone]
    persons["alive"][gone] = 0
    behind = partners[partners >= 0]
    persons["spouse"][behind] = -1
    persons["marital"][behind[persons["alive"][behind] == 1]] = int(Marital.DIVORCED)
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


def _arrive_to_work(world: World, models: np.ndarray, wanted: float, t) -> np.ndarray:
    """Newcomers like single in-migrants at work: they join a collective unit, or live as one-person
    households. Returns their rows."""
    models, newcomers = _single_newcomers(world, models, wanted, t)
    _age(newcomers, world.persons.rows["key"][models], t)
    rows = _append(world.persons, newcomers)
    homes = world.households.rows
    old = newcomers["household"]
    alone = homes["kind"][old] != COLLECTIVE
    new = _empty_homes(homes.take(old[alone]), int(t["year"]))
    new["key"] = child_keys(newcomers["key"][alone], ARRIVE, 1)
    new["weight"] = newcomers["weight"][alone]
    world.persons.rows["household"][rows[alone]] = _append(world.households, new)
    world.persons.rows["role"][rows[alone]] = 0
    return rows


def _arrive_to_study(world: World, models: np.ndarray, wanted: float, t) -> np.ndarray:
    """Newcomers like in-migrants who study here, in their dormitories, at the start of their stage of study.
    Returns their rows."""
    models, newcomers = _single_newcomers(world, models, wanted, t)
    newcomers["key"] = child_keys(world.persons.rows["key"][models], ARRIVE, int(t["year"]))
    senior = newcomers["activity"] == PUPIL
    newcomers["born"] = int(t["year"]) - np.where(senior, AGE_SENIOR, AGE_LEAVE)
    newcomers["education"] = np.where(senior, Education.SENIOR, newcomers["education"])
    tertiary = np.where(newcomers["education"] == Education.UNIVERSITY, UNIVERSITY_YEARS, COLLEGE_YEARS)
    newcomers["schooling"] = np.where(senior, SENIOR_YEARS, tertiary)
    return _append(world.persons, newcomers)


def _single_newcomers(world: World, models: np.ndarray, wanted: float, t) -> tuple[np.ndarray, np.ndarray]:
    """Who of ``models`` is followed by a newcomer, and those newcomers, single and without relatives here."""
    persons = world.persons.rows
    models = models[_drawn(persons["key"][models], persons["weight"][models].astype(np.int64), wanted, ARRIVE, t)]
    newcomers = _newcomers(persons, models)
    newcomers["marital"] = int(Marital.SINGLE)
    newcomers["kind"] = int(PersonKind.PERSON)
    newcomers["spouse"] = newcomers["mother"] = -1
    newcomers["parity"] = 0
    return models, newcomers


def _arrive_as_families(world: World, rows: np.ndarray, wanted: float, t) -> np.ndarray:
    """Newcomers like whole families of in-migrants, members, ages and work alike. Returns their rows."""
    persons, homes = world.persons.rows, world.households.rows
    household = persons["household"][rows]
    together = weigh(household, np.ones(len(rows), np.int64), len(homes)) == homes["members"]
    family = np.flatnonzero(together & (homes["members"] > 1) & (homes["kind"] != COLLECTIVE))
    weight = homes["weight"][family].astype(np.int64) * homes["members"][family]
    family = family[_drawn(homes["key"][family], weight, wanted, ARRIVE_FAMILY, t)]
    new = _empty_homes(homes.take(family), int(t["year"]))
    new["key"] = child_keys(homes["key"][family], ARRIVE_FAMILY, int(t["year"]))
    place = np.full(len(homes), -1)
    place[family] = _append(world.households, new)
    members = rows[place[household] >= 0]
    newcomers = _newcomers(persons, members)
    newcomers["key"] = child_keys(persons["key"][members], ARRIVE_FAMILY, int(t["year"]))
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

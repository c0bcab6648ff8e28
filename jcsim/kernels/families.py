"""Sums of members into their household, and the family steps that carry one member's choice to others.

These loops write rows other than their own (a household from its members). Sums are of integers, a maximum or
bits, and no loop reads of another row what it writes itself, so the order of rows cannot matter.
"""

from functools import partial
from itertools import pairwise

import numpy as np

from jcsim.compilation import njit
from jcsim.records import Activity, Mode, Quarters, Urban
from jcsim.rules.incomes import pension, remittance
from jcsim.rules.moving import live_at, live_at_base, lives_at_base
from jcsim.rules.schooling import accompanied
from jcsim.threads import at_once, by_rows, edges

FARM, LOCAL_WORK, AWAY_WORK = int(Activity.FARM), int(Activity.LOCAL_WORK), int(Activity.AWAY_WORK)
PUPIL, STUDENT_AWAY = int(Activity.PUPIL), int(Activity.STUDENT_AWAY)
HOME, UNEMPLOYED, RETIRED = int(Activity.HOME), int(Activity.UNEMPLOYED), int(Activity.RETIRED)
COUPLE, WITH_CHILDREN = int(Mode.COUPLE), int(Mode.WITH_CHILDREN)
URBAN_CORE, FAMILY = int(Urban.URBAN), int(Quarters.FAMILY)


def summarise(persons, households, t, threads=1):
    """Rewrite the summary fields of every household from its living members."""
    _into_households(persons, households, threads, _clear_summary, _add_members, int(t[0]["year"]))


def _into_households(persons, households, threads, clear, add, *arguments):
    """Clear fields of the households, ``clear(households, *arguments)``, then add those of their members:
    ``add(persons, rows, households, first, last, apart, *arguments)`` enters the persons of ``rows`` who are of
    the households ``first:last`` and marks the others in ``apart``.

    Most persons stand in the order of their households: each chunk of them has a range of households of its
    own. Members of other ranges come after, again with a range for each thread.
    """
    ends = edges(len(persons), threads)
    owned = [0, *sorted(persons["household"][ends[1:-1]].tolist()), len(households)]

    left = [np.zeros(0, np.int32) for _ in ends[1:]]

    def own(k, chunk, homes):
        clear(households[slice(*homes)], *arguments)
        rows, apart = np.arange(*chunk, dtype=np.int32), np.zeros(chunk[1] - chunk[0], bool)
        add(persons, rows, households, *homes, apart, *arguments)
        left[k] = rows[apart]

    tasks = zip(range(len(left)), pairwise(ends), pairwise(owned), strict=True)
    at_once(threads, [partial(own, *task) for task in tasks])
    rest = np.concatenate(left)

    def others(first, last):
        add(persons, rest, households, first, last, np.zeros(len(rest), bool), *arguments)

    at_once(threads, [partial(others, *homes) for homes in pairwise(edges(len(households), threads))])


@njit
def _clear_summary(households, year):
    for j in range(households.shape[0]):
        home = households[j]
        home.members = home.present = home.adults = home.earners = home.farmers = 0
        home.away = home.children = home.pupils = home.old = home.events = 0


@njit
def _add_members(persons, rows, households, first, last, apart, year):
    for k in range(rows.shape[0]):
        person = persons[rows[k]]
        if not person.alive:
            continue
        if person.household < first or person.household >= last:
            apart[k] = True
            continue
        home = households[person.household]
        age = year - person.born
        home.members += 1
        home.events |= person.event
        at_base = lives_at_base(person, home)
        home.present += 1 if at_base else 0
        if age >= 16:
            home.adults += 1
        else:
            home.children += 1
        if age >= 65:
            home.old += 1
        if person.activity == PUPIL and age < 18:
            home.pupils += 1
        working = person.activity == FARM or person.activity == LOCAL_WORK or person.activity == AWAY_WORK
        if working:
            home.earners += 1
        if person.activity == FARM and at_base:
            home.farmers += 1
        if person.activity == AWAY_WORK and not at_base:
            home.away += 1


def join_parents(persons, households, p, t, threads=1):
    """A mother at home who has no job outside farming moves with a new boarder to the school's town (陪读); with
    two of them to that of the one with the smaller key."""
    with_parent = np.zeros(len(persons), bool)
    by_rows(threads, _with_parent, (persons, with_parent), p, t)
    boarders = np.flatnonzero(with_parent)
    _join(persons, boarders[np.argsort(persons["key"][boarders])], households)


@njit
def _with_parent(persons, with_parent, p, t):
    for i in range(persons.shape[0]):
        person = persons[i]
        with_parent[i] = person.alive and person.mother >= 0 and accompanied(person, p[0], t[0])


@njit
def _join(persons, boarders, households):
    for k in range(boarders.shape[0]):
        person = persons[boarders[k]]
        mother = persons[person.mother]
        home = households[person.household]
        busy = mother.activity == LOCAL_WORK or mother.activity == AWAY_WORK
        if mother.alive and not busy and mother.household == person.household and lives_at_base(mother, home):
            live_at(mother, person.residence, URBAN_CORE, 0, FAMILY, WITH_CHILDREN)
            mother.activity = HOME
            person.quarters = FAMILY


def find_leaders(persons, households, n_towns, seat_of, threads=1):
    """Name, for each household, the member whose place it would settle in: longest away in a town of
    the prefecture, ties by key; with nobody away, the seat of the base's county and zero years."""
    _into_households(persons, households, threads, _no_leaders, _add_leaders, n_towns, seat_of)


@njit
def _no_leaders(households, n_towns, seat_of):
    for j in range(households.shape[0]):
        home = households[j]
        home.leader_key = 0
        home.leader_years = 0
        home.leader_target = seat_of[home.base] if home.base < n_towns else -1


@njit
def _add_leaders(persons, rows, households, first, last, apart, n_towns, seat_of):
    for k in range(rows.shape[0]):
        person = persons[rows[k]]
        if not person.alive or person.activity != AWAY_WORK or person.residence >= n_towns:
            continue
        if person.household < first or person.household >= last:
            apart[k] = True
            continue
        home = households[person.household]
        if lives_at_base(person, home) or person.urban == 0:
            continue
        longer = person.years_here > home.leader_years
        tie = person.years_here == home.leader_years and person.key > home.leader_key
        if home.leader_key == 0 or longer or tie:
            home.leader_key = person.key
            home.leader_years = person.years_here
            home.leader_target = person.residence


def lead_families(persons, households, threads=1):
    """Of the members who left this year with family, the one with the largest key leads the move."""
    _into_households(persons, households, threads, _no_moves, _add_moves, persons)


@njit
def _no_moves(households, everybody):
    for j in range(households.shape[0]):
        home = households[j]
        home.leader_key = 0
        home.leader_spouse_key = 0
        home.leader_mode = 0


@njit
def _add_moves(persons, rows, households, first, last, apart, everybody):
    for k in range(rows.shape[0]):
        person = persons[rows[k]]
        moved = person.activity == AWAY_WORK and person.years_here == 0 and person.mode >= COUPLE
        if not person.alive or not moved or person.spouse < 0:
            continue
        if person.household < first or person.household >= last:
            apart[k] = True
            continue
        home = households[person.household]
        if person.key > home.leader_key:
            home.leader_key = person.key
            home.leader_spouse_key = everybody[person.spouse].key
            home.leader_target = person.residence
            home.leader_mode = person.mode


def follow_leaders(persons, households, t, threads=1):
    """Spouse (and, in mode with-children, the couple's children under 16) go with the leader. Who came with the
    family and keeps house there goes back when no spouse or child works or studies there any more, and children
    under 16 go back to a mother at home, or with nobody left where they are."""
    by_rows(threads, _follow, (persons,), persons, households, t)
    company = np.zeros(len(persons), bool)
    by_rows(threads, _keep_company, (persons,), persons, households, company)
    by_rows(threads, _go_back, (persons, company), households, t)
    by_rows(threads, _come_back, (persons,), persons, households, t)


@njit
def _follow(persons, everybody, households, t):
    for i in range(persons.shape[0]):
        person = persons[i]
        home = households[person.household]
        if not person.alive or home.leader_key == 0 or person.key == home.leader_key:
            continue
        follows = person.key == home.leader_spouse_key and person.activity != STUDENT_AWAY
        if home.leader_mode == WITH_CHILDREN and t[0].year - person.born < 16 and person.mother >= 0:
            mother_key = everybody[person.mother].key
            if mother_key == home.leader_key or mother_key == home.leader_spouse_key:
                follows = True
        if not follows or person.residence == home.leader_target:
            continue
        live_at(person, home.leader_target, URBAN_CORE, 0, FAMILY, home.leader_mode)
        if person.activity == FARM or person.activity == LOCAL_WORK or person.activity == AWAY_WORK:
            person.activity = UNEMPLOYED
            person.workplace = -1
            person.sector = -1


@njit
def _keep_company(persons, everybody, households, company):
    """Mark whose spouse or child works, seeks work or studies where they live. Threads only ever write 1."""
    for i in range(persons.shape[0]):
        person = persons[i]
        busy = person.activity == LOCAL_WORK or person.activity == AWAY_WORK or person.activity == UNEMPLOYED
        busy = busy or person.activity == PUPIL or person.activity == STUDENT_AWAY
        if not person.alive or not busy or lives_at_base(person, households[person.household]):
            continue
        if person.spouse >= 0 and everybody[person.spouse].residence == person.residence:
            company[person.spouse] = True
        if person.mother >= 0 and everybody[person.mother].residence == person.residence:
            company[person.mother] = True


@njit
def _go_back(persons, company, households, t):
    for i in range(persons.shape[0]):
        person = persons[i]
        idle = person.activity == HOME or person.activity == RETIRED
        if person.alive and idle and person.mode >= COUPLE and not company[i] and t[0].year - person.born >= 16:
            home = households[person.household]
            if not lives_at_base(person, home):
                live_at_base(person, home)


@njit
def _come_back(persons, everybody, households, t):
    for i in range(persons.shape[0]):
        person = persons[i]
        if not person.alive or person.mother < 0 or t[0].year - person.born >= 16 or person.quarters != FAMILY:
            continue
        home, mother = households[person.household], everybody[person.mother]
        grown = t[0].year - mother.born >= 16  # who is a child herself may move in this loop
        if not grown or not mother.alive or mother.household != person.household or lives_at_base(person, home):
            continue
        with_parent = mother.residence == person.residence
        if mother.spouse >= 0 and everybody[mother.spouse].residence == person.residence:
            with_parent = True
        if lives_at_base(mother, home) or not with_parent:
            live_at_base(person, home)


def gather_incomes(persons, households, p, t, threads=1):
    """Sum wages, pensions and remittances into the household; remittances leave the sender."""
    _into_households(persons, households, threads, _no_incomes, _add_incomes, p, t)


@njit
def _no_incomes(households, p, t):
    for j in range(households.shape[0]):
        home = households[j]
        home.wage_income = home.transfer_income = home.remitted = 0


@njit
def _add_incomes(persons, rows, households, first, last, apart, p, t):
    for k in range(rows.shape[0]):
        person = persons[rows[k]]
        if not person.alive:
            continue
        if person.household < first or person.household >= last:
            apart[k] = True
            continue
        home = households[person.household]
        home.transfer_income += pension(person, t[0])
        if lives_at_base(person, home):
            home.wage_income += person.earnings
        else:
            sent = remittance(person, home, p[0])
            home.transfer_income += sent
            home.remitted += sent

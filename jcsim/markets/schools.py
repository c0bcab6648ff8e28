"""What the start says about study: how far pupils travel daily, and where in the prefecture students are."""

from __future__ import annotations

import numpy as np

from jcsim.compilation import njit
from jcsim.numeric import INFINITY
from jcsim.records import Activity, Quarters
from jcsim.threads import counted
from jcsim.world import Geography

PUPIL, STUDENT_AWAY, DORMITORY = int(Activity.PUPIL), int(Activity.STUDENT_AWAY), int(Quarters.COLLECTIVE)
JUNIOR_FROM, SENIOR_FROM, SENIOR_UNTIL = 13, 16, 17  # ages


def anchor_schools(geography: Geography, persons: np.ndarray, year: int, n_towns: int, threads: int = 1) -> None:
    """Set ``school_commute`` and the inside row of ``college_weight`` from everybody at the start, 1:1.

    A pupil boards who lives farther than ``school_commute`` from the senior school: as many of those of 13 to 15
    do as of the pupils of 16 and 17 live in dormitories. Students who stay go where students are.
    """
    shapes = [(n_towns,), (2,), (n_towns,)]
    juniors, (by_day, boarding), students = counted(threads, _count, (persons,), shapes, year, n_towns)
    geography.school_commute = _quantile(_ways(geography, n_towns), juniors, 1.0 - boarding / max(by_day + boarding, 1))
    inside = geography.college_weight[0]
    inside[:] = 1.0
    if students.any():
        inside[:n_towns] = np.cumsum(students) / students.sum()


@njit
def _count(persons, year, n_towns, juniors, seniors, students):
    """Children of 13 to 15 with their families and students by town; pupils of 16 and 17 by day and boarding."""
    for i in range(persons.shape[0]):
        person = persons[i]
        if not person.alive or person.residence >= n_towns:
            continue
        age, boards = year - person.born, person.quarters == DORMITORY
        if person.activity == STUDENT_AWAY:
            students[person.residence] += 1
        if JUNIOR_FROM <= age < SENIOR_FROM and not boards:
            juniors[person.residence] += 1
        if person.activity == PUPIL and SENIOR_FROM <= age <= SENIOR_UNTIL:
            seniors[1 if boards else 0] += 1


def _ways(geography: Geography, n_towns: int) -> np.ndarray:
    """Minutes from each town to its senior school."""
    return geography.minutes[np.arange(n_towns), geography.school_place[:n_towns]]


def _quantile(values: np.ndarray, counts: np.ndarray, share: float) -> float:
    """The least of the values within which lies ``share`` of those counted; infinite with nobody counted."""
    order = np.argsort(values, kind="stable")
    running = np.cumsum(counts[order])
    if not running[-1]:
        return INFINITY
    return float(values[order][min(int(np.searchsorted(running, share * running[-1])), len(order) - 1)])

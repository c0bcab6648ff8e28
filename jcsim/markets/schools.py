"""What the start says about study: how far pupils travel daily, and where in the prefecture students are."""

from __future__ import annotations

import numpy as np

from jcsim.numeric import INFINITY
from jcsim.records import Activity, Quarters
from jcsim.world import Geography

SENIOR_AGES, JUNIOR_AGES = (16, 17), (13, 14, 15)


def anchor_schools(geography: Geography, persons: np.ndarray, year: int, n_towns: int) -> None:
    """Set ``school_commute`` and the inside row of ``college_weight`` from everybody at the start, 1:1.

    A pupil boards who lives farther than ``school_commute`` from the senior school: as many of those of 13 to 15
    do as of the pupils of 16 and 17 live in dormitories. Students who stay go where students are.
    """
    here = (persons["alive"] == 1) & (persons["residence"] < n_towns)
    age = year - persons["born"]
    dormitory = persons["quarters"] == Quarters.COLLECTIVE
    seniors = here & np.isin(age, SENIOR_AGES) & (persons["activity"] == Activity.PUPIL)
    day_pupils = 1.0 - np.count_nonzero(seniors & dormitory) / max(np.count_nonzero(seniors), 1)
    juniors = here & ~dormitory & np.isin(age, JUNIOR_AGES)
    geography.school_commute = _quantile(_ways(geography, n_towns), _by_place(persons, juniors, n_towns), day_pupils)
    students = _by_place(persons, here & (persons["activity"] == Activity.STUDENT_AWAY), n_towns)
    inside = geography.college_weight[0]
    inside[:] = 1.0
    if students.any():
        inside[:n_towns] = np.cumsum(students) / students.sum()


def _by_place(persons: np.ndarray, who: np.ndarray, n_towns: int) -> np.ndarray:
    return np.bincount(persons["residence"][who], minlength=n_towns)


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

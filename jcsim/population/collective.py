"""Residents of collective quarters (集体户): who they are, by county, sex, age and marital state."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np

from jcsim.errors import InputError
from jcsim.population.ages import AGES
from jcsim.population.assumptions import Assumptions
from jcsim.population.formation import OLD
from jcsim.population.ipf import apportion_within, ordered_sum
from jcsim.population.work_totals import STUDENT, work_totals
from jcsim.records import Marital, Sex

WORKING_AGE = 16
UNIT_SIZE = 5  # most persons of a collective unit: 33,731 units of 4.8 persons were counted in 2020


class CollectiveType(IntEnum):
    """Why people live in collective quarters; NONE for members of family households."""

    NONE, STUDENT, WORKER, OTHER = range(4)


def collective_by_age(census: Any, marital: np.ndarray, assumptions: Assumptions) -> np.ndarray:
    """Collective residents by county, type, sex, age and marital state.

    Residents less persons in family households is exact by county, and so are people of 65 and over
    (residents less the old members of family households). Pupils and students, workers and others are
    shared out by the stated rules.

    Parameters
    ----------
    census : region.Census
    marital : (counties, 2, AGES, 4) residents

    Returns
    -------
    (counties, 4, 2, AGES, 4) int64; type NONE is empty
    """
    result = np.zeros((len(census.residents), len(CollectiveType), 2, AGES, len(Marital)), np.int64)
    for county in range(len(census.residents)):
        total = int(census.residents[county] - census.family_persons[county])
        old_at_home = int((census.with_old[county] * (1, 2, 3)).sum())
        old = int(marital[county, :, OLD:].sum()) - old_at_home
        if not 0 <= old <= total:
            raise InputError("households with old members do not fit the residents of 65 and over", given=old_at_home)
        students = _most_students(census, county, marital[county], assumptions)
        result[county] = _one_county(marital[county], total, old, students, assumptions)
    return result


def _one_county(people: np.ndarray, total: int, old: int, most_students: float, assumptions: Assumptions) -> np.ndarray:
    result = np.zeros((len(CollectiveType), 2, AGES, len(Marital)), np.int64)
    young = total - old
    boarding = np.zeros(people.shape)
    share = np.array(assumptions.steps("boarding_share", AGES))
    boarding[:, :, Marital.SINGLE] = people[:, :, Marital.SINGLE] * share
    students = int(min(ordered_sum(boarding.ravel()), most_students, assumptions.number("boarding_limit") * young))
    result[CollectiveType.STUDENT] = _draw(boarding, people // 2 + people % 2, students)
    free = people - result.sum(axis=0)
    others = int(assumptions.number("dormitory_others") * young)
    for sex, number in enumerate(_workers_by_sex(people, young - students - others, assumptions)):
        weights = np.zeros(people.shape)
        chance = np.array(assumptions.steps("dormitory_workers", AGES))
        weights[sex] = free[sex] * chance[:, None]
        result[CollectiveType.WORKER] += _draw(weights, free * 3 // 4, number)
    free = people - result.sum(axis=0)
    weights = free.astype(float)
    weights[:, :18] = 0.0
    weights[:, OLD:] = 0.0
    result[CollectiveType.OTHER] = _draw(weights, free, young - int(result.sum()))
    weights = free * np.array(assumptions.steps("institution_age", AGES))[:, None]
    weights[:, :, Marital.MARRIED] *= 0.2
    result[CollectiveType.OTHER] += _draw(weights, free, old)
    return result


def _most_students(census: Any, county: int, people: np.ndarray, assumptions: Assumptions) -> float:
    """Pupils and students who may board: a share of all of 16 and over where the long form counts them."""
    students = int(work_totals(census, county, int(people[:, WORKING_AGE:].sum()))[STUDENT])
    if students < 0:
        return float(people.sum())
    return assumptions.number("boarding_of_students") * students


def _workers_by_sex(people: np.ndarray, workers: int, assumptions: Assumptions) -> tuple[int, int]:
    """Men and women in workers' quarters: more men where married men outnumber married women."""
    surplus = int(people[Sex.MALE, :, Marital.MARRIED].sum() - people[Sex.FEMALE, :, Marital.MARRIED].sum())
    rule = assumptions.table("dormitory_men")
    share = rule["base"] + rule["per_surplus"] * surplus / max(workers, 1)
    men = int(workers * min(max(share, rule["low"]), rule["high"]))
    return men, workers - men


def _draw(weights: np.ndarray, limits: np.ndarray, total: int) -> np.ndarray:
    limits = np.where(weights > 0.0, limits, 0)
    drawn = apportion_within(weights.ravel(), limits.ravel().astype(np.int64), total)
    if int(drawn.sum()) < total:
        raise InputError("too few residents of a fitting age for the collective quarters", given=total)
    return drawn.reshape(weights.shape)

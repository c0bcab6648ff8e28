"""Activity and sector of everybody of 16 and over: census totals by county fitted over cells of people."""

from __future__ import annotations

from typing import Any

import numpy as np

from jcsim.population.assumptions import Assumptions
from jcsim.population.collective import CollectiveType
from jcsim.population.ipf import apportion, column_sums, fit_margins, round_table
from jcsim.population.luck import order_numbers, uniforms
from jcsim.population.people import People
from jcsim.population.work_totals import HOME, OUTCOMES, RETIRED, SECTORS, STUDENT, UNEMPLOYED, work_totals
from jcsim.records import Activity, Education, Sector, Sex, Urban

WORK_HOME, WORK_SELF = 1301, 1302
WORKING_AGE = 16
BANDS = np.array([16, 18, 19, 22, 25, 30, 40, 50, 55, 60, 65, 70, 75])  # first ages
LEVELS = 4  # up to primary, junior, senior, tertiary
SHAPE = (2, len(BANDS), LEVELS, 2, len(CollectiveType))  # sex, age band, level, territory, quarters


def settle_work(people: People) -> None:
    """Add ``activity`` and ``sector`` (-1 not working) to the persons.

    Workers by county and sector are the long form scaled to all residents, exact; so are reasons for not
    working in 2010. Who works where is the assumed seed over sex, age, education, territory and
    quarters, fitted; members of one household lean to the same sector.
    """
    persons = people.persons
    n = len(persons)
    persons["activity"] = np.full(n, Activity.CHILD, np.int8)
    persons["sector"] = np.full(n, -1, np.int8)
    young = persons["age"] < WORKING_AGE
    persons["activity"][young & (persons["age"] >= 6)] = Activity.PUPIL
    seed = outcome_seed(people.assumptions)
    lean = 0.5 * uniforms(people.households["key"], WORK_HOME)[persons["home"]]
    lean += 0.5 * uniforms(persons["key"], WORK_SELF)
    for county in range(len(people.census.residents)):
        rows = np.flatnonzero(~young & (persons["county"] == county))
        cell = _cells(people, rows)
        counts = np.bincount(cell, minlength=len(seed))
        table = _fit_outcomes(people.census, county, seed, counts)
        order = rows[np.lexsort((order_numbers(persons["key"][rows], WORK_SELF), lean[rows], cell))]
        outcome = np.repeat(np.tile(np.arange(OUTCOMES), len(table)), table.ravel())
        _write(people, order, outcome)


def _cells(people: People, rows: np.ndarray) -> np.ndarray:
    persons = people.persons
    band = np.searchsorted(BANDS, persons["age"][rows], side="right") - 1
    level = np.clip(persons["education"][rows] - 1, 0, LEVELS - 1)
    level[persons["education"][rows] >= Education.COLLEGE] = LEVELS - 1
    urban = (persons["urban"][rows] != Urban.RURAL).astype(np.int64)
    return np.ravel_multi_index((persons["sex"][rows], band, level, urban, persons["quarters"][rows]), SHAPE)


def outcome_seed(assumptions: Assumptions) -> np.ndarray:
    """(cells, OUTCOMES) relative chance of each outcome, from the factors in the assumptions."""
    factors = assumptions.table("work_factors")
    seed = np.zeros((*SHAPE, OUTCOMES))
    names = [*(s.name.lower() for s in Sector), "student", "unemployed", "retired", "home"]
    for outcome, name in enumerate(names):
        f = factors[name]
        by_age = np.stack([np.array(f["age_male"]), np.array(f["age_female"])])
        value = by_age[:, :, None, None, None] * np.array(f["education"])[None, None, :, None, None]
        value = value * np.array(f["territory"])[None, None, None, :, None]
        seed[..., outcome] = value * np.array(f["quarters"])[None, None, None, None, :]
    return seed.reshape(-1, OUTCOMES)


def _fit_outcomes(census: Any, county: int, seed: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Whole-number table of cells by outcome: cells and every outcome with a margin exact."""
    totals = work_totals(census, county, int(counts.sum()))
    fitted = fit_margins(seed * counts[:, None], counts, totals, 300)
    if (totals < 0).any():
        rest = int(counts.sum() - totals[:SECTORS].sum())
        totals[SECTORS:] = apportion(column_sums(fitted[:, SECTORS:]), rest)
        fitted = fit_margins(fitted, counts, totals, 100)
    return round_table(fitted, counts, totals)


def _write(people: People, order: np.ndarray, outcome: np.ndarray) -> None:
    persons = people.persons
    working = outcome < SECTORS
    persons["sector"][order] = np.where(working, outcome, -1)
    activity = np.full(len(order), Activity.LOCAL_WORK)
    activity[outcome == Sector.FARM] = Activity.FARM
    activity[outcome == UNEMPLOYED] = Activity.UNEMPLOYED
    activity[outcome == RETIRED] = Activity.RETIRED
    activity[outcome == HOME] = Activity.HOME
    tertiary = (persons["age"][order] >= 19) & (persons["education"][order] >= Education.COLLEGE)
    activity[outcome == STUDENT] = Activity.PUPIL
    activity[(outcome == STUDENT) & tertiary] = Activity.STUDENT_AWAY
    persons["activity"][order] = activity


def male_share(people: People) -> np.ndarray:
    """Share of men among workers of each sector, for the report."""
    persons = people.persons
    working = persons["sector"] >= 0
    table = np.zeros((2, SECTORS), np.int64)
    np.add.at(table, (persons["sex"][working], persons["sector"][working]), 1)
    return table[Sex.MALE] / np.maximum(table.sum(axis=0), 1)

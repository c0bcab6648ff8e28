"""Occupation of each worker: long-form totals by county, fitted over sector, education and sex."""

from __future__ import annotations

from typing import Any

import numpy as np

from jcsim.population.ipf import apportion, fit_counts
from jcsim.population.luck import order_numbers
from jcsim.population.people import People
from jcsim.records import Education, Sector

OCCUPATION_LUCK = 1801
LEVELS = len(Education)
SHAPE = (len(Sector), LEVELS, 2)  # sector, education, sex


def settle_occupation(people: People) -> None:
    """Add ``occupation`` to the persons: position in ``census.occupation_names``, -1 without work."""
    persons, census = people.persons, people.census
    persons["occupation"] = np.full(len(persons), -1, np.int8)
    seed = occupation_seed(people)
    for county in range(len(census.residents)):
        rows = np.flatnonzero((persons["county"] == county) & (persons["sector"] >= 0))
        cell = np.ravel_multi_index([persons[name][rows] for name in ("sector", "education", "sex")], SHAPE)
        counts = np.bincount(cell, minlength=len(seed))
        table = fit_counts(seed * counts[:, None], counts, occupation_totals(census, county, len(rows)), 300)
        order = rows[np.lexsort((order_numbers(persons["key"][rows], OCCUPATION_LUCK), cell))]
        persons["occupation"][order] = np.repeat(np.tile(np.arange(seed.shape[1]), len(table)), table.ravel())


def occupation_totals(census: Any, county: int, workers: int) -> np.ndarray:
    """Workers of a county by occupation: the long form's shares of all workers, (7,) int64."""
    return np.asarray(apportion(census.occupation[county].astype(float), workers))


def occupation_seed(people: People) -> np.ndarray:
    """(cells, occupations) relative chance of each occupation, from the factors in the assumptions."""
    factors = people.assumptions.table("occupation_factors")
    names = people.census.occupation_names
    seed = np.zeros((*SHAPE, len(names)))
    for i, name in enumerate(names):
        f = {part: np.array(values, float) for part, values in factors[name].items()}
        seed[..., i] = f["sector"][:, None, None] * f["education"][None, :, None] * f["sex"][None, None, :]
    return seed.reshape(-1, len(names))

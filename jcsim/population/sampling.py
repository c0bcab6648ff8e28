"""Nested weighted samples by rank, members away by rank, and rows in another order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from jcsim.errors import InputError
from jcsim.population.luck import ORDER, order_numbers
from jcsim.population.pool import spread
from jcsim.population.population import Population, take
from jcsim.population.strata import is_family
from jcsim.records import WEIGHT_ONE

SMALLEST = 1e-4  # a smaller share could overflow the weights


def sample(population: Population, scale: float) -> Population:
    """The first ``scale`` of the households of each stratum in a keyed order, weighted up.

    Strata are county x territory x census size of family households, and county x territory x type of
    collective units. A stratum of N households gives the nearest whole number to ``scale`` N, and at
    least one, so every sample contains all smaller ones and no stratum is off by a whole household.
    Members, those away too, follow their household; pointers to people left out become -1.

    Weights are N/n of the stratum in units of 1/65536, shared out so that the households of each family
    stratum, and the residents of each stratum, add up exactly to those of the full population.

    Only the rows of the sample are read and copied.

    Parameters
    ----------
    population : a 1:1 population, its rows in the builder's order
    scale : share of households, 0.0001 to 1

    Raises
    ------
    InputError
        ``scale`` is out of range, or the population is a sample already.
    """
    if not SMALLEST <= scale <= 1.0:
        raise InputError("cannot sample", field="scale", given=scale, allowed=f"{SMALLEST} to 1")
    if population.scale != 1.0:
        raise InputError("the population is a sample already", field="scale", given=scale)
    if scale == 1.0:
        return population
    stratum, residents = population.stratum, population.census_size.astype(np.int64)
    size = np.bincount(stratum)
    wanted = np.where(size > 0, np.maximum((scale * size + 0.5).astype(np.int64), 1), 0)
    chosen = population.rank < wanted[stratum]
    homes = np.flatnonzero(chosen)
    first = np.cumsum(residents) - residents
    here = spread(first[homes], residents[homes])
    if not np.array_equal(population.persons["household"][here], np.repeat(homes, residents[homes])):
        raise ValueError("sample before changing the order of rows")
    away = np.arange(int(residents.sum()), len(population.persons))
    away = away[chosen[population.persons["household"][away]]]
    part = population.select(np.concatenate([here, away]), homes)
    totals = np.bincount(stratum, residents).astype(np.int64)
    return _weighted(replace(part, scale=scale), size, totals)


def _weighted(part: Population, households: np.ndarray, residents: np.ndarray) -> Population:
    """A sample with its weights.

    A family stratum shares its N whole households out over its n; all but the open class of ten and more
    have the same number of residents, so residents add up too. A collective stratum shares its residents
    out over the persons drawn.
    """
    weight = _shared(part.stratum.astype(np.int64), households)
    home = part.persons["household"]
    weights = weight[home]
    stratum = part.stratum.astype(np.int64)[home]
    rows = np.flatnonzero((part.away_rank < 0) & ~is_family(stratum))
    weights[rows] = _shared(stratum[rows], residents)
    persons = take(part.persons, np.arange(len(part.persons)))
    homes = take(part.households, np.arange(len(part.households)))
    persons["weight"], homes["weight"] = weights, weight
    return replace(part, persons=persons, households=homes)


def _shared(stratum: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Weights in whole units that add up to ``totals`` in each stratum; the first take the odd units."""
    number = np.bincount(stratum, minlength=len(totals))
    units = totals.astype(np.int64) * WEIGHT_ONE
    base = units // np.maximum(number, 1)
    odd = units - base * number
    order = np.argsort(stratum, kind="stable")
    position = np.empty(len(stratum), np.int64)
    position[order] = np.arange(len(order)) - (np.cumsum(number) - number)[stratum[order]]
    return np.asarray(base[stratum] + (position < odd[stratum]))


def keep_away(population: Population, share: float) -> Population:
    """Of the candidates for members away, the first ``share`` by rank; the others leave the population.

    Who stays does not depend on the sample: keeping some of a sample is sampling what was kept.

    Raises
    ------
    InputError
        ``share`` is not between 0 and 1.
    """
    if not 0.0 <= share <= 1.0:
        raise InputError("cannot keep members away", field="share", given=share, allowed="0 to 1")
    return population.select_persons(population.away_rank < int(share * population.candidates))


def permute_rows(population: Population, order_seed: int) -> Population:
    """The same people and households with rows in another keyed order; pointers follow."""
    persons = np.argsort(order_numbers(population.persons["key"], 0, ORDER, order_seed), kind="stable")
    households = np.argsort(order_numbers(population.households["key"], 1, ORDER, order_seed), kind="stable")
    return population.select(persons, households)

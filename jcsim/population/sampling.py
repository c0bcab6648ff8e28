"""Nested weighted samples by rank, and the rows of a population in another order."""

from __future__ import annotations

import numpy as np

from jcsim.errors import InputError
from jcsim.numeric import whole
from jcsim.population.collective import CollectiveType
from jcsim.population.luck import ORDER, SAMPLE, order_numbers
from jcsim.population.population import Population
from jcsim.records import WEIGHT_ONE, HouseholdKind, Urban

LAYERS = 11 + len(CollectiveType)  # census sizes 1 to 10 of families, then types of collective units
SMALLEST = 1e-4  # a smaller share could overflow the weights


def sample(population: Population, scale: float) -> Population:
    """The first ``scale`` of the households of each stratum in a keyed order, weighted up.

    Strata are county x territory x census size of family households, and county x territory x type of
    collective units. A stratum of N households gives the nearest whole number to ``scale`` N, and at
    least one, so every sample contains all smaller ones and no stratum is off by a whole household.
    Members, those away too, follow their household; pointers to people left out become -1.

    Weights are N/n of the stratum in units of 1/65536, shared out so that the households of each family
    stratum, and the residents of each stratum, add up exactly to those of the full population.

    Parameters
    ----------
    population : a 1:1 population
    scale : share of households, 0.0001 to 1

    Raises
    ------
    InputError
        ``scale`` is out of range, or the population is a sample already.
    """
    if not SMALLEST <= scale <= 1.0:
        raise InputError("cannot sample", field="scale", given=scale, allowed=f"{SMALLEST} to 1")
    if (population.households["weight"] != WEIGHT_ONE).any():
        raise InputError("the population is a sample already", field="scale", given=scale)
    if scale == 1.0:
        return population
    stratum = strata(population)
    order = np.lexsort((order_numbers(population.households["key"], 0, SAMPLE), stratum))
    size = np.bincount(stratum)
    wanted = np.array([max(whole(scale * int(n)), 1) if n else 0 for n in size])
    position = np.arange(len(order)) - (np.cumsum(size) - size)[stratum[order]]
    chosen = order[position < wanted[stratum[order]]]
    households = np.sort(chosen)
    inside = np.zeros(len(stratum), bool)
    inside[households] = True
    part = population.select(np.flatnonzero(inside[population.persons["household"]]), households)
    _weigh(part, stratum[households], size, _residents(population, stratum))
    return part


def strata(population: Population) -> np.ndarray:
    """(households,) stratum of each household."""
    homes = population.households
    layer = np.minimum(population.census_size.astype(np.int64), 10)
    units = np.flatnonzero(homes["kind"] == HouseholdKind.COLLECTIVE)
    if len(units):
        kind = np.zeros(len(homes), np.int64)
        collective = homes["kind"][population.persons["household"]] == HouseholdKind.COLLECTIVE
        kind[population.persons["household"][collective]] = population.quarters[collective]
        layer[units] = 11 + kind[units]
    urban = (homes["base_urban"] != Urban.RURAL).astype(np.int64)
    return (population.county.astype(np.int64) * 2 + urban) * LAYERS + layer


def _residents(population: Population, stratum: np.ndarray) -> np.ndarray:
    """Residents (not members away) of each stratum."""
    persons = population.persons
    homes = persons["household"][population.away_rank < 0]
    return np.bincount(stratum[homes], minlength=int(stratum.max()) + 1)


def _weigh(part: Population, stratum: np.ndarray, size: np.ndarray, residents: np.ndarray) -> None:
    """Write the weights of a sample.

    A family stratum shares N whole households out over its n; all have the same number of residents, so
    residents add up too. A collective stratum shares its residents out over the persons drawn.
    """
    homes, persons = part.households, part.persons
    family = stratum % LAYERS <= 10
    homes["weight"] = _shared(stratum, size)
    persons["weight"] = homes["weight"][persons["household"]]
    rows = np.flatnonzero((part.away_rank < 0) & ~family[persons["household"]])
    persons["weight"][rows] = _shared(stratum[persons["household"][rows]], residents)


def _shared(stratum: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Weights in whole units that add up to ``totals`` in each stratum; the first take the odd units."""
    number = np.bincount(stratum, minlength=len(totals))
    units = totals.astype(np.int64) * WEIGHT_ONE
    base = units // np.maximum(number, 1)
    odd = units - base * number
    order = np.argsort(stratum, kind="stable")
    position = np.empty(len(stratum), np.int64)
    position[order] = np.arange(len(order)) - (np.cumsum(number) - number)[stratum[order]]
    return base[stratum] + (position < odd[stratum])


def permute_rows(population: Population, order_seed: int) -> Population:
    """The same people and households with rows in another keyed order; pointers follow."""
    persons = np.argsort(order_numbers(population.persons["key"], 0, ORDER, order_seed), kind="stable")
    households = np.argsort(order_numbers(population.households["key"], 1, ORDER, order_seed), kind="stable")
    return population.select(persons, households)

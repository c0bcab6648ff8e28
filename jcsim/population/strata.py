"""Sampling strata of households, and the keyed order inside each."""

from __future__ import annotations

import numpy as np

from jcsim.population.collective import CollectiveType
from jcsim.population.luck import SAMPLE, order_numbers

LARGEST_SIZE = 10  # family households of ten and more persons are one layer
LAYERS = LARGEST_SIZE + 1 + len(CollectiveType)  # sizes 1 to 10 of families, then types of collective units


def strata(county: np.ndarray, urban: np.ndarray, size: np.ndarray, quarters: np.ndarray) -> np.ndarray:
    """Stratum of each household: county x territory x size, or x type of collective unit.

    Parameters
    ----------
    county, urban : (m,) county index; 1 on urban territory
    size : (m,) members in the census
    quarters : (m,) CollectiveType of the unit, NONE for families

    Returns
    -------
    (m,) int16
    """
    family = quarters == CollectiveType.NONE
    layer = np.where(family, np.minimum(size, LARGEST_SIZE), LARGEST_SIZE + 1 + quarters)
    return ((county.astype(np.int64) * 2 + urban) * LAYERS + layer).astype(np.int16)


def is_family(stratum: np.ndarray) -> np.ndarray:
    """Whether strata are of family households."""
    return np.asarray(stratum % LAYERS <= LARGEST_SIZE)


def places_in_strata(stratum: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """(m,) int32, place of each household in the keyed order of its stratum, from 0."""
    order = np.lexsort((order_numbers(keys, 0, SAMPLE), stratum))
    size = np.bincount(stratum)
    place = np.empty(len(stratum), np.int32)
    place[order] = np.arange(len(order)) - (np.cumsum(size) - size)[stratum[order]]
    return place

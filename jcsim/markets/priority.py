"""Keyed priorities: the place in a queue that a person keeps whatever happens to others."""

import numpy as np

from jcsim.compilation import njit
from jcsim.draws import words


@njit
def _fill(keys, seed, event, year, out):
    for i in range(keys.shape[0]):
        a, b, _, _ = words(seed, event, year, keys[i], 0)
        out[i] = (a << 31) | (b >> 1)


def priorities(keys: np.ndarray, seed: int, event: int, year: int) -> np.ndarray:
    """A 63-bit priority for each key; lower is served first."""
    out = np.zeros(len(keys), np.int64)
    _fill(np.ascontiguousarray(keys), seed, event, year, out)
    return out

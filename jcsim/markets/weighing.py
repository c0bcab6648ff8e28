"""Weighted counts by cell: integer sums, so that order, threads and chunks cannot matter."""

from collections.abc import Callable

import numpy as np

from jcsim.compilation import njit


@njit
def _add(cells, weights, totals):
    for i in range(cells.shape[0]):
        totals[cells[i]] += weights[i]


def weigh(cells: np.ndarray, weights: np.ndarray, n: int) -> np.ndarray:
    """Sum of integer ``weights`` in each of ``n`` cells; int64, shape (n,)."""
    totals = np.zeros(n, np.int64)
    _add(np.ascontiguousarray(cells, np.int64), np.ascontiguousarray(weights, np.int64), totals)
    return totals


@njit
def _running(cells, weights, out):
    """Running sum of weights within runs of equal cells (cells sorted)."""
    total = 0
    for i in range(cells.shape[0]):
        if i == 0 or cells[i] != cells[i - 1]:
            total = 0
        total += weights[i]
        out[i] = total


def in_order(cells: np.ndarray, ranks: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """Positions sorted by cell, rank (63 bits), key: by one number of cell and the rank's leading bits, which
    sorts much faster; by all three where two of those numbers are equal."""
    bits = int(cells.max(initial=0)).bit_length()
    joined = (cells << (63 - bits)) | (ranks >> bits)
    order = np.argsort(joined)
    joined = joined[order]
    return np.lexsort((keys, ranks, cells)) if (joined[1:] == joined[:-1]).any() else order


def admitted(
    cells: np.ndarray, priority: Callable[[np.ndarray], np.ndarray], keys: np.ndarray, weights: np.ndarray, room
) -> np.ndarray:
    """Who gets one of the places of their cell, in order of priority (ties by key).

    Parameters
    ----------
    cells, keys, weights : (n,) integers; ``room`` (cells,) int64 in weight units
    priority : integers of the candidates at the positions given, lower is served first

    Returns
    -------
    (n,) bool: the running weight of those before and including the candidate fits the room, where half
    a candidate's weight is enough (so that a weighted sample fills the same share as everybody).
    """
    total = weigh(cells, weights, len(room))
    chosen = (total <= room)[cells]
    short = np.flatnonzero(~chosen)  # only where there is not room for all does the order matter
    order = short[in_order(cells[short].astype(np.int64), priority(short), keys[short])]
    running = np.zeros(len(order), np.int64)
    _running(cells[order].astype(np.int64), weights[order].astype(np.int64), running)
    chosen[order] = running - weights[order] // 2 <= room[cells[order]]
    return chosen

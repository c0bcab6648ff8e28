"""People waiting to be placed: pools by age in keyed random order, and ways to match two pools.

Counts are settled first, as whole-number tables by age; then people are dealt to the cells of the table
in the order of their luck, so who is placed where depends on keys and never on the order of rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from jcsim.population.ages import AGES
from jcsim.population.ipf import column_sums, fit_counts


class Pool:
    """Ids by age, drawn without replacement.

    Parameters
    ----------
    ids : (n,) rows of persons, or numbers of couples
    ages : (n,) age by which they are matched
    luck : (n,) int64 keyed random numbers; order inside one age
    """

    def __init__(self, ids: np.ndarray, ages: np.ndarray, luck: np.ndarray) -> None:
        order = np.lexsort((luck, ages))
        self.ids = np.asarray(ids)[order]
        self.start = np.zeros(AGES + 1, np.int64)
        np.cumsum(np.bincount(ages, minlength=AGES), out=self.start[1:])
        self.next = self.start[:-1].copy()

    @property
    def counts(self) -> np.ndarray:
        """(AGES,) how many are left at each age."""
        return self.start[1:] - self.next

    def take(self, counts: np.ndarray) -> np.ndarray:
        """Draw ``counts[a]`` ids of each age, youngest first."""
        if np.any(counts > self.counts):
            raise ValueError("more people are asked of a pool than it holds")
        rows = spread(self.next, counts)
        self.next += counts
        return self.ids[rows]

    def take_all(self) -> np.ndarray:
        """Draw everybody left, youngest first."""
        return self.take(self.counts)


def spread(starts: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """``starts[i], starts[i] + 1, ...``, ``counts[i]`` of them, for each i in turn."""
    total = int(counts.sum())
    first = np.cumsum(counts) - counts
    return np.arange(total) + np.repeat(starts - first, counts)


def deal(table: np.ndarray, row_ids: np.ndarray, column_ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pair ids so that cell (i, j) gets ``table[i, j]`` pairs.

    Parameters
    ----------
    table : (m, n) int64
    row_ids : ids sorted by row, ``table.sum(axis=1)`` of each
    column_ids : ids sorted by column, ``table.sum(axis=0)`` of each

    Returns
    -------
    rows, columns : paired ids, row by row
    """
    m, n = table.shape
    cells = np.arange(m * n).reshape(m, n)
    by_column = np.repeat(cells.T.ravel(), table.T.ravel())
    return row_ids, column_ids[np.argsort(by_column, kind="stable")]


def match_counts(rows: np.ndarray, columns: np.ndarray, kernel: np.ndarray, total: int) -> np.ndarray:
    """How many pairs of each row and column: ``total`` pairs in all, nobody used twice.

    The table is fitted with a further row and column for those who stay unmatched, seeded in proportion
    to the rows and columns. Pairings are seeded by the kernel over the number of partners in reach of both,
    so that the chance to stay unmatched grows where nobody fits, not where an age is small.

    Parameters
    ----------
    rows : (m,) available on one side
    columns : (n,) available on the other
    kernel : (m, n) preference for each pairing
    total : pairs wanted

    Returns
    -------
    (m, n) int64
    """
    m, n = kernel.shape
    if total > min(rows.sum(), columns.sum()):
        raise ValueError("more pairs are asked for than there are people")
    seed = np.zeros((m + 1, n + 1))
    crowd = np.sqrt(_crowd(kernel, columns)[:, None] * _crowd(kernel.T, rows)[None, :])
    seed[:m, :n] = kernel * rows[:, None] * columns[None, :] / crowd
    seed[:m, n] = rows
    seed[m, :n] = columns
    fitted = fit_counts(seed, np.append(rows, columns.sum() - total), np.append(columns, rows.sum() - total), 300)
    return fitted[:m, :n]


def _crowd(kernel: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """(m,) how many of the other side are in reach of each row, counted in partners that fit best."""
    reach = column_sums(np.ascontiguousarray((kernel * columns[None, :]).T))
    best = (kernel * (columns > 0)[None, :]).max(axis=1)
    return np.maximum(reach / np.where(best > 0.0, best, 1.0), 1e-9)


def match_pools(
    row_counts: np.ndarray, pools: Sequence[Pool], kernels: Sequence[np.ndarray]
) -> tuple[list[np.ndarray], np.ndarray]:
    """Find a partner in one of several pools for everybody in ``row_counts``.

    Parameters
    ----------
    row_counts : (AGES,) people looking, by age
    pools : where partners come from
    kernels : (AGES, AGES) preference of each age for each age, one per pool

    Returns
    -------
    partners : for each pool the ids taken, in the order in which the rows are served
    table : (AGES, pools * AGES) how many of each pairing; rows are all served where it is possible
    """
    columns = np.concatenate([pool.counts for pool in pools])
    table = match_counts(row_counts, columns, np.concatenate(kernels, axis=1), int(row_counts.sum()))
    taken = [pool.take(part) for pool, part in zip(pools, np.split(table.sum(axis=0), len(pools)), strict=True)]
    return taken, table


def gap_kernel(weights: dict[int, float]) -> np.ndarray:
    """(AGES, AGES) preference ``weights[b - a]`` of age a (row) for age b (column)."""
    kernel = np.zeros((AGES, AGES))
    for gap, weight in weights.items():
        rows = np.arange(max(0, -gap), min(AGES, AGES - gap))
        kernel[rows, rows + gap] = weight
    return kernel

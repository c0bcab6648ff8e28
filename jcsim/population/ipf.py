"""Iterative proportional fitting and exact rounding, in plain loops so every machine adds in one order.

The method is Deming and Stephan (1940): a seed table is scaled to its row and column totals in turn.
Rounding is by largest remainder (Hamilton), ties broken by a hash of the cell's position; margins stay
exact.
"""

from __future__ import annotations

import numpy as np

from jcsim.compilation import njit_with_arrays

FIXED_POINT = 1 << 32
TIE_MASK = (1 << 20) - 1
TINY = 1e-12


def tie_hash(index: np.ndarray) -> np.ndarray:
    """Twenty well-mixed bits of a cell's position (multiplicative hashing, Knuth 6.4)."""
    mixed = (index + 1) * 0x9E3779B1 & 0xFFFFFFFF
    mixed = (mixed ^ (mixed >> 15)) * 0x85EBCA6B & 0xFFFFFFFF
    return (mixed ^ (mixed >> 13)) & TIE_MASK


def largest_first(fractions: np.ndarray) -> np.ndarray:
    """Positions in falling order of fractions (-1 to 1), ties by the hash of the position."""
    scaled = (fractions * FIXED_POINT).astype(np.int64)
    return np.argsort(-(scaled * (TIE_MASK + 1) + tie_hash(np.arange(len(fractions)))), kind="stable")


def apportion(weights: np.ndarray, total: int) -> np.ndarray:
    """Whole numbers in proportion to ``weights`` that add to ``total`` exactly.

    Parameters
    ----------
    weights : (n,) float64, not negative; if all are 0 the total is spread evenly
    total : whole number to share out

    Returns
    -------
    (n,) int64
    """
    mass = float(np.cumsum(weights)[-1])  # added first to last
    exact = total * (weights / mass) if mass > 0.0 else np.full(len(weights), total / len(weights))
    shares = exact.astype(np.int64)
    fractions = exact - shares
    if mass > 0.0:
        fractions[weights <= 0.0] = -1.0
    left = total - int(shares.sum())
    if left > 0:
        ranked = largest_first(fractions)
        shares[ranked] += left // len(shares)
        shares[ranked[: left % len(shares)]] += 1
    return np.asarray(shares)


def apportion_within(weights: np.ndarray, limits: np.ndarray, total: int) -> np.ndarray:
    """As :func:`apportion`, with at most ``limits[i]`` in cell ``i``.

    Cells at their limit leave the rest to the others. A total above the sum of the limits is cut to it.
    """
    shares = np.zeros(len(weights), np.int64)
    left = min(int(total), int(limits.sum()))
    while left > 0:
        room = limits - shares
        open_weights = np.where(room > 0, weights, 0.0)
        if not (open_weights > 0.0).any():
            open_weights = room.astype(np.float64)
        given = np.minimum(apportion(open_weights, left), room)
        shares += given
        left -= int(given.sum())
    return shares


@njit_with_arrays
def ordered_sum(values):
    """Sum of a float array, first to last: NumPy's own order may differ between processors."""
    total = 0.0
    for i in range(values.shape[0]):
        total += values[i]
    return total


@njit_with_arrays
def column_sums(table):
    """Sums of the columns of a float table, top to bottom."""
    sums = np.zeros(table.shape[1])
    for i in range(table.shape[0]):
        for j in range(table.shape[1]):
            sums[j] += table[i, j]
    return sums


@njit_with_arrays
def scale_rows(table, rows):
    """Scale each row to its total; a row without mass stays as it is."""
    for i in range(table.shape[0]):
        mass = 0.0
        for j in range(table.shape[1]):
            mass += table[i, j]
        if mass > TINY:
            factor = rows[i] / mass
            for j in range(table.shape[1]):
                table[i, j] *= factor


@njit_with_arrays
def scale_columns(table, columns):
    """Scale each column to its total; a negative total leaves the column free."""
    for j in range(table.shape[1]):
        if columns[j] < 0:
            continue
        mass = 0.0
        for i in range(table.shape[0]):
            mass += table[i, j]
        if mass > TINY:
            factor = columns[j] / mass
            for i in range(table.shape[0]):
                table[i, j] *= factor


@njit_with_arrays
def fit_margins(seed, rows, columns, rounds):
    """Scale ``seed`` to row and column totals, columns first, ``rounds`` times; rows end exact.

    Negative column totals are free. Zero cells stay zero.
    """
    table = seed.astype(np.float64)
    for _ in range(rounds):
        scale_columns(table, columns)
        scale_rows(table, rows)
    return table


def round_table(table: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Whole numbers near ``table`` whose rows and columns add to the given totals.

    Cells that are 0 in ``table`` stay 0 unless no other rounding exists. Rows are exact always, columns
    whenever their totals add to those of the rows.

    Parameters
    ----------
    table : (m, n) float64 fitted to the totals
    rows : (m,) int64
    columns : (n,) int64

    Returns
    -------
    (m, n) int64
    """
    order = largest_first((table - table.astype(np.int64)).ravel())
    return np.asarray(_round_in_order(table, rows.astype(np.int64), columns.astype(np.int64), order))


@njit_with_arrays
def _round_in_order(table, rows, columns, order):
    """Round down, then give what is missing to the cells in their order."""
    m, n = table.shape
    result = np.zeros((m, n), np.int64)
    row_left, column_left = rows.copy(), columns.copy()
    for i in range(m):
        for j in range(n):
            whole = min(int(table[i, j]), row_left[i])
            result[i, j] = whole
            row_left[i] -= whole
            column_left[j] -= whole
    for cell in order:
        i, j = cell // n, cell % n
        if row_left[i] > 0 and column_left[j] > 0 and table[i, j] > 0.0:
            result[i, j] += 1
            row_left[i] -= 1
            column_left[j] -= 1
    _fill_rows(result, table, row_left, column_left)
    _balance_columns(result, table, column_left)
    return result


@njit_with_arrays
def _fill_rows(result, table, row_left, column_left):
    """Give what a row still lacks to its cell farthest below the table, open columns first."""
    m, n = table.shape
    for i in range(m):
        while row_left[i] > 0:
            best, best_gain = -1, -1e300
            for j in range(n):
                gain = table[i, j] - result[i, j]
                if table[i, j] <= 0.0:
                    gain -= 1e12
                if column_left[j] > 0:
                    gain += 1e9
                if gain > best_gain:
                    best, best_gain = j, gain
            result[i, best] += 1
            row_left[i] -= 1
            column_left[best] -= 1


@njit_with_arrays
def _balance_columns(result, table, column_left):
    """Move units along rows from columns above their total to columns below it.

    A move goes through cells that are not 0 in ``table``, by way of other columns if need be; only where
    there is no way does a unit go straight into a 0 cell.
    """
    n = table.shape[1]
    came_from, by_row = np.empty(n, np.int64), np.empty(n, np.int64)
    for over in range(n):
        while column_left[over] < 0 and column_left.max() > 0:
            under = _way_to_room(result, table, column_left, over, came_from, by_row)
            if under < 0:
                under = int(np.argmax(column_left))
                came_from[under] = over
                by_row[under] = int(np.argmax(result[:, over]))
            column_left[over] += 1
            column_left[under] -= 1
            column = under
            while column != over:
                result[by_row[column], came_from[column]] -= 1
                result[by_row[column], column] += 1
                column = came_from[column]


@njit_with_arrays
def _way_to_room(result, table, column_left, over, came_from, by_row):
    """Nearest column with room that can be reached from ``over``, -1 if none; the way is written down."""
    m, n = table.shape
    seen = np.zeros(n, np.bool_)
    seen[over] = True
    queue = np.empty(n, np.int64)
    queue[0], first, last = over, 0, 1
    while first < last:
        column = queue[first]
        first += 1
        room, room_gain = -1, -1e300
        for other in range(n):
            if seen[other]:
                continue
            best_gain = -1e300
            for i in range(m):
                if result[i, column] > 0 and table[i, other] > 0.0:
                    gain = (table[i, other] - result[i, other]) - (table[i, column] - result[i, column])
                    if gain > best_gain:
                        best_gain, by_row[other] = gain, i
            if best_gain > -1e300:
                seen[other] = True
                came_from[other] = column
                queue[last] = other
                last += 1
                if column_left[other] > 0 and best_gain > room_gain:
                    room, room_gain = other, best_gain
        if room >= 0:
            return room
    return -1


def fit_counts(seed: np.ndarray, rows: np.ndarray, columns: np.ndarray, rounds: int = 200) -> np.ndarray:
    """Fit ``seed`` to whole-number margins and round it: (m, n) int64 with both margins exact."""
    rows, columns = rows.astype(np.int64), columns.astype(np.int64)
    table = fit_margins(np.ascontiguousarray(seed, np.float64), rows, columns, rounds)
    return round_table(table, rows, columns)

"""Iterative proportional fitting and exact rounding, in plain loops so every machine adds in one order.

The method is Deming and Stephan (1940): a seed table is scaled to its row and column totals in turn.
Rounding is by largest remainder (Hamilton), ties broken by a hash of the cell's position; margins stay
exact.
"""

from __future__ import annotations

import numpy as np

from jcsim.compilation import njit

FIXED_POINT = 1 << 32
TIE_MASK = (1 << 20) - 1
TINY = 1e-12


@njit(cache=True)
def tie_hash(index: int) -> int:
    """Twenty well-mixed bits of a cell's position (multiplicative hashing, Knuth 6.4)."""
    mixed = (index + 1) * 0x9E3779B1 & 0xFFFFFFFF
    mixed = (mixed ^ (mixed >> 15)) * 0x85EBCA6B & 0xFFFFFFFF
    return (mixed ^ (mixed >> 13)) & TIE_MASK


@njit(cache=True)
def apportion(weights, total):
    """Whole numbers in proportion to ``weights`` that add to ``total`` exactly.

    Parameters
    ----------
    weights : (n,) float64, not negative; if all are 0 the total is spread evenly
    total : whole number to share out

    Returns
    -------
    (n,) int64
    """
    n = weights.shape[0]
    shares = np.zeros(n, np.int64)
    mass = 0.0
    for i in range(n):
        mass += weights[i]
    order = np.zeros(n, np.int64)
    given = 0
    for i in range(n):
        exact = total / n if mass <= 0.0 else total * (weights[i] / mass)
        shares[i] = int(exact)
        given += shares[i]
        fraction = exact - shares[i]
        if mass > 0.0 and weights[i] <= 0.0:
            fraction = -1.0
        order[i] = -(int(fraction * FIXED_POINT) * (TIE_MASK + 1) + tie_hash(i))
    ranked = np.argsort(order, kind="mergesort")
    for k in range(total - given):
        shares[ranked[k % n]] += 1
    return shares


@njit(cache=True)
def apportion_within(weights, limits, total):
    """As :func:`apportion`, with at most ``limits[i]`` in cell ``i``.

    Cells at their limit leave the rest to the others. A total above the sum of the limits is cut to it.
    """
    n = weights.shape[0]
    shares = np.zeros(n, np.int64)
    room = 0
    for i in range(n):
        room += limits[i]
    left = min(total, room)
    open_weights = weights.copy()
    while left > 0:
        mass = 0.0
        for i in range(n):
            if shares[i] >= limits[i]:
                open_weights[i] = 0.0
            mass += open_weights[i]
        if mass <= 0.0:
            for i in range(n):
                open_weights[i] = float(limits[i] - shares[i])
        part = apportion(open_weights, left)
        for i in range(n):
            given = min(part[i], limits[i] - shares[i])
            shares[i] += given
            left -= given
    return shares


@njit(cache=True)
def ordered_sum(values):
    """Sum of a float array, first to last: NumPy's own order may differ between processors."""
    total = 0.0
    for i in range(values.shape[0]):
        total += values[i]
    return total


@njit(cache=True)
def column_sums(table):
    """Sums of the columns of a float table, top to bottom."""
    sums = np.zeros(table.shape[1])
    for i in range(table.shape[0]):
        for j in range(table.shape[1]):
            sums[j] += table[i, j]
    return sums


@njit(cache=True)
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


@njit(cache=True)
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


@njit(cache=True)
def fit_margins(seed, rows, columns, rounds):
    """Scale ``seed`` to row and column totals, columns first, ``rounds`` times; rows end exact.

    Negative column totals are free. Zero cells stay zero.
    """
    table = seed.astype(np.float64)
    for _ in range(rounds):
        scale_columns(table, columns)
        scale_rows(table, rows)
    return table


@njit(cache=True)
def round_table(table, rows, columns):
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
    m, n = table.shape
    result = np.zeros((m, n), np.int64)
    row_left, column_left = rows.copy(), columns.copy()
    order = np.zeros(m * n, np.int64)
    for i in range(m):
        for j in range(n):
            whole = min(int(table[i, j]), row_left[i])
            result[i, j] = whole
            row_left[i] -= whole
            column_left[j] -= whole
            fraction = table[i, j] - int(table[i, j])
            order[i * n + j] = -(int(fraction * FIXED_POINT) * (TIE_MASK + 1) + tie_hash(i * n + j))
    for cell in np.argsort(order, kind="mergesort"):
        i, j = cell // n, cell % n
        if row_left[i] > 0 and column_left[j] > 0 and table[i, j] > 0.0:
            result[i, j] += 1
            row_left[i] -= 1
            column_left[j] -= 1
    _fill_rows(result, table, row_left, column_left)
    _balance_columns(result, table, column_left)
    return result


@njit(cache=True)
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


@njit(cache=True)
def _balance_columns(result, table, column_left):
    """Move units along rows from columns above their total to columns below it."""
    m, n = table.shape
    while True:
        best_row, best_from, best_to, best_gain = -1, -1, -1, -1e300
        for j in range(n):
            if column_left[j] >= 0:
                continue
            for k in range(n):
                if column_left[k] <= 0:
                    continue
                for i in range(m):
                    if result[i, j] <= 0:
                        continue
                    gain = (table[i, k] - result[i, k]) - (table[i, j] - result[i, j])
                    if table[i, k] <= 0.0:
                        gain -= 1e12
                    if gain > best_gain:
                        best_row, best_from, best_to, best_gain = i, j, k, gain
        if best_row < 0:
            return
        result[best_row, best_from] -= 1
        result[best_row, best_to] += 1
        column_left[best_from] += 1
        column_left[best_to] -= 1


def fit_counts(seed: np.ndarray, rows: np.ndarray, columns: np.ndarray, rounds: int = 200) -> np.ndarray:
    """Fit ``seed`` to whole-number margins and round it: (m, n) int64 with both margins exact."""
    rows, columns = rows.astype(np.int64), columns.astype(np.int64)
    table = fit_margins(np.ascontiguousarray(seed, np.float64), rows, columns, rounds)
    return round_table(table, rows, columns)

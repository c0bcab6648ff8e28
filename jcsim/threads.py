"""Compiled loops over the rows of a table on several threads, one chunk of rows each.

Chunks write to rows of their own or add up sums of their own. Sums are of integers, so that neither the
number of threads nor where the chunks end can matter. Functions run this way are compiled with ``nogil``.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

PARALLEL_FROM = 50_000  # rows; below this starting threads costs more than it saves


def edges(rows: int, threads: int) -> list[int]:
    """Where chunks begin and end: as many as threads, one if there are few rows."""
    chunks = threads if rows >= PARALLEL_FROM else 1
    return [rows * k // chunks for k in range(chunks + 1)]


def at_once(tasks: list[Callable[[], None]]) -> None:
    """Run tasks at the same time, the first of them on this thread."""
    if len(tasks) == 1:
        tasks[0]()
        return
    with ThreadPoolExecutor(len(tasks) - 1) as pool:
        others = [pool.submit(task) for task in tasks[1:]]
        tasks[0]()
        for other in others:
            other.result()


def by_rows(threads: int, function: Callable, tables: tuple[np.ndarray, ...], *arguments) -> None:
    """``function(*chunk of each table, *arguments)`` for all chunks; tables have the same length."""
    ends = edges(len(tables[0]), threads)

    def task(first: int, last: int) -> None:
        function(*(table[first:last] for table in tables), *arguments)

    at_once([lambda k=k: task(ends[k], ends[k + 1]) for k in range(len(ends) - 1)])


def counted(
    threads: int, function: Callable, tables: tuple[np.ndarray, ...], shapes: list[tuple[int, ...]], *arguments
) -> list[np.ndarray]:
    """Sums int64 of the given shapes: ``function(*chunk of each table, *arguments, *sums)`` adds to them."""
    ends = edges(len(tables[0]), threads)
    sums = [[np.zeros(shape, np.int64) for shape in shapes] for _ in ends[1:]]

    def task(k: int) -> None:
        function(*(table[ends[k] : ends[k + 1]] for table in tables), *arguments, *sums[k])

    at_once([lambda k=k: task(k) for k in range(len(sums))])
    return [sum(parts[1:], start=parts[0]) for parts in zip(*sums, strict=True)]

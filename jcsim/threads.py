"""Compiled loops over the rows of a table on several threads, by chunks of rows.

Chunks write to rows of their own or add up sums of their own. Sums are of integers, so that neither the
number of threads nor where the chunks end can matter. Functions run this way hold no lock (``compilation.njit``).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise

import numpy as np

PARALLEL_FROM = 50_000  # rows; below this starting threads costs more than it saves
CHUNKS = 4  # for each thread, so that none waits long for another


def processors() -> int:
    """Processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def edges(rows: int, chunks: int) -> list[int]:
    """Where chunks begin and end; one chunk if there are few rows."""
    if rows < PARALLEL_FROM:
        chunks = 1
    return [rows * k // chunks for k in range(chunks + 1)]


def at_once(threads: int, tasks: list[Callable[[], None]]) -> None:
    """Run tasks on several threads, one of them this one; each takes the next task when it is free."""
    waiting = iter(tasks)  # Python's lock lets one thread at a time take the next

    def work() -> None:
        for task in waiting:
            task()

    others = min(threads, len(tasks)) - 1
    if others < 1:
        work()
        return
    with ThreadPoolExecutor(others) as pool:
        helpers = [pool.submit(work) for _ in range(others)]
        work()
        for helper in helpers:
            helper.result()


def by_rows(threads: int, function: Callable, tables: tuple[np.ndarray, ...], *arguments) -> None:
    """``function(*chunk of each table, *arguments)`` for all chunks; tables have the same length."""

    def task(first: int, last: int) -> None:
        function(*(table[first:last] for table in tables), *arguments)

    at_once(threads, [partial(task, *ends) for ends in pairwise(edges(len(tables[0]), CHUNKS * threads))])


def counted(
    threads: int, function: Callable, tables: tuple[np.ndarray, ...], shapes: list[tuple[int, ...]], *arguments
) -> list[np.ndarray]:
    """Sums int64 of the given shapes: ``function(*chunk of each table, *arguments, *sums)`` adds to them."""
    chunks = list(pairwise(edges(len(tables[0]), CHUNKS * threads)))
    waiting, sums = iter(chunks), []

    def work() -> None:
        own = [np.zeros(shape, np.int64) for shape in shapes]
        for first, last in waiting:
            function(*(table[first:last] for table in tables), *arguments, *own)
        sums.append(own)

    at_once(threads, [work] * min(threads, len(chunks)))
    return [sum(parts[1:], start=parts[0]) for parts in zip(*sums, strict=True)]

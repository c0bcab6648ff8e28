"""Two ways to run one rule: compiled over whole tables, or agent by agent in plain Python.

A *kernel* is a loop over rows that calls rules; it is written once. ``Kernel`` holds it compiled
serially, compiled in parallel, and as plain Python whose rows read as Python numbers. ``both`` runs
compiled and Python on copies and compares every field exactly.
"""

from __future__ import annotations

import types
from collections.abc import Callable

import numba
import numpy as np

from jcsim.compilation import njit

PARALLEL_FROM = 50_000  # rows; below this starting threads costs more than it saves


class EngineMismatch(AssertionError):
    """The compiled and the Python run of one kernel disagree: names the kernel, field and rows."""


class RowView:
    """One record in ``agents`` mode: integers read as int, floats as float; writes go to the field."""

    __slots__ = ("_array", "_row")

    def __init__(self, array: np.ndarray, row: int) -> None:
        object.__setattr__(self, "_array", array)
        object.__setattr__(self, "_row", row)

    def __getattr__(self, name: str):
        try:
            column = self._array[name]
        except ValueError:
            raise AttributeError(f"no field {name!r}") from None
        return column.item(self._row) if column.ndim == 1 else column[self._row]

    def __setattr__(self, name: str, value) -> None:
        self._array[name][self._row] = value


class TableView:
    """A structured array in ``agents`` mode: indexing gives a RowView."""

    def __init__(self, array: np.ndarray) -> None:
        self._array, self.shape = array, array.shape

    def __getitem__(self, row: int) -> RowView:
        return RowView(self._array, row)

    def __len__(self) -> int:
        return len(self._array)


def plain(function: Callable, _made: dict | None = None) -> Callable:
    """The Python twin of a compiled function: same code, with every compiled function it names
    replaced by its own twin, so that a debugger can step through all of it."""
    made = {} if _made is None else _made
    source = getattr(function, "py_func", function)
    if source in made:
        return made[source]
    namespace = dict(source.__globals__)
    twin = types.FunctionType(
        source.__code__, namespace, source.__name__, source.__defaults__, source.__closure__
    )
    made[source] = twin
    for name in source.__code__.co_names:
        if hasattr(namespace.get(name), "py_func"):
            namespace[name] = plain(namespace[name], made)
    return twin


def _renamed(function: Callable, suffix: str) -> Callable:
    """A copy under another name: Numba's disk cache is keyed by name and ignores compile flags."""
    twin = types.FunctionType(
        function.__code__,
        function.__globals__,
        function.__name__ + suffix,
        function.__defaults__,
        function.__closure__,
    )
    twin.__qualname__ = function.__qualname__ + suffix
    twin.__module__ = function.__module__
    return twin


class Kernel:
    """A loop over rows, ready for each engine.

    Parameters
    ----------
    function : plain function whose first argument is the structured array that sets the number of
        rows and whose row loop uses ``numba.prange``
    """

    def __init__(self, function: Callable) -> None:
        self.name = function.__name__
        self.serial = njit(cache=True)(_renamed(function, "_serial"))
        self.parallel = njit(cache=True, parallel=True)(_renamed(function, "_parallel"))
        self.source = function

    def __call__(self, engine: Engine, *arguments) -> None:
        engine.run(self, arguments)


class Engine:
    """How kernels run: ``mode`` is compiled, agents or both; ``threads`` bounds the parallel loops."""

    MODES = ("compiled", "agents", "both")

    def __init__(self, mode: str = "compiled", threads: int | None = None) -> None:
        if mode not in self.MODES:
            raise ValueError(f"engine {mode!r}; allowed: {', '.join(self.MODES)}")
        self.mode = mode
        self.threads = min(threads or numba.config.NUMBA_NUM_THREADS, numba.config.NUMBA_NUM_THREADS)

    def run(self, kernel: Kernel, arguments: tuple) -> None:
        if self.mode == "compiled":
            self._compiled(kernel, arguments)
        elif self.mode == "agents":
            self._agents(kernel, arguments)
        else:
            self._both(kernel, arguments)

    def _compiled(self, kernel: Kernel, arguments: tuple) -> None:
        if len(arguments[0]) < PARALLEL_FROM or self.threads == 1:
            kernel.serial(*arguments)
        else:
            numba.set_num_threads(self.threads)
            kernel.parallel(*arguments)

    @staticmethod
    def _agents(kernel: Kernel, arguments: tuple) -> None:
        structured = [isinstance(a, np.ndarray) and a.dtype.names is not None for a in arguments]
        plain(kernel.source)(*(TableView(a) if s else a for a, s in zip(arguments, structured, strict=True)))

    def _both(self, kernel: Kernel, arguments: tuple) -> None:
        copies = tuple(a.copy() if isinstance(a, np.ndarray) else a for a in arguments)
        self._agents(kernel, copies)
        self._compiled(kernel, arguments)
        for position, (mine, other) in enumerate(zip(arguments, copies, strict=True)):
            if isinstance(mine, np.ndarray):
                _compare(kernel.name, position, mine, other)


def _compare(kernel: str, position: int, compiled: np.ndarray, python: np.ndarray) -> None:
    for field in compiled.dtype.names or ("",):
        a, b = (compiled[field], python[field]) if field else (compiled, python)
        same = (a == b) | ((a != a) & (b != b))
        if not same.all():
            rows = np.flatnonzero(~same.reshape(len(a), -1).all(axis=1))[:5].tolist()
            raise EngineMismatch(
                f"{kernel}: argument {position} field {field!r} differs at rows {rows}: "
                f"compiled {a[rows].tolist()}, agents {b[rows].tolist()}"
            )

"""Two ways to run one rule: compiled over whole tables, or agent by agent in plain Python.

A *kernel* is a loop over rows that calls rules; it is written once. ``Kernel`` holds it compiled, which
threads run by chunks of rows, and as plain Python whose rows read as Python numbers. ``both`` runs compiled
and Python on copies and compares every field exactly.
"""

from __future__ import annotations

import dis
import types
from collections.abc import Callable, Mapping

import numba
import numpy as np

from jcsim.compilation import njit
from jcsim.errors import InputError, nearest
from jcsim.threads import by_rows, processors

RULES = "jcsim.rules."
KERNELS: list[Kernel] = []  # every kernel made, in order

Rules = Mapping[str, Callable]  # name of a rule -> the function used instead


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
        return column.item(self._row) if column.ndim == 1 else ArrayView(column[self._row])

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


class ArrayView:
    """A plain array in ``agents`` mode: entries read as Python numbers, like compiled 64-bit ones."""

    __slots__ = ("_array", "shape")

    def __init__(self, array: np.ndarray) -> None:
        self._array, self.shape = array, array.shape

    def __getitem__(self, index):
        entry = self._array[index]
        return ArrayView(entry) if isinstance(entry, np.ndarray) else entry.item()

    def __setitem__(self, index, value) -> None:
        self._array[index] = value

    def __len__(self) -> int:
        return len(self._array)


def _view(argument):
    if not isinstance(argument, np.ndarray):
        return argument
    return ArrayView(argument) if argument.dtype.names is None else TableView(argument)


def plain(function: Callable, rules: Rules | None = None) -> Callable:
    """The Python twin of a compiled function: same code, with every compiled function it names
    replaced by its own twin, so that a debugger can step through all of it."""
    return _twin(function, {}, rules or {}, lambda twin: twin)


def _twin(function: Callable, made: dict, rules: Rules, finish: Callable) -> Callable:
    """A copy of ``function`` that calls twins of the compiled functions it names, of those in ``rules``
    the ones given there; ``finish`` makes of each copy what the others call."""
    source = getattr(function, "py_func", function)
    if source.__module__.startswith(RULES):
        source = getattr(rules.get(source.__name__, source), "py_func", rules.get(source.__name__, source))
    if source not in made:
        namespace = dict(source.__globals__)
        for name in {i.argval for i in dis.get_instructions(source) if i.opname == "LOAD_GLOBAL"}:
            if hasattr(namespace.get(name), "py_func"):
                namespace[name] = _twin(namespace[name], made, rules, finish)
        copy = types.FunctionType(source.__code__, namespace, source.__name__, source.__defaults__, source.__closure__)
        made[source] = finish(copy)
    return made[source]


def rules_of(kernel: Kernel) -> set[str]:
    """Names of the rules a kernel applies, directly or through others."""
    made: dict[Callable, Callable] = {}
    _twin(kernel.source, made, {}, lambda twin: twin)
    return {source.__name__ for source in made if source.__module__.startswith(RULES)}


def rule_names() -> list[str]:
    """The rules kernels apply, which ``Engine`` can be given others for."""
    return sorted(set().union(*map(rules_of, KERNELS)))


class Kernel:
    """A loop over rows, ready for each engine.

    Parameters
    ----------
    function : plain function that loops over the rows of its first argument, a structured array
    by_row : how many of the leading arguments have an entry for each row, of which ``function`` uses its own
    """

    def __init__(self, function: Callable, by_row: int = 1) -> None:
        self.name = function.__name__
        self.compiled = njit(function)
        self.source = function
        self.by_row = by_row
        KERNELS.append(self)

    def __call__(self, engine: Engine, *arguments) -> None:
        engine.run(self, arguments)


class Engine:
    """How kernels run.

    Parameters
    ----------
    mode : compiled, agents or both
    threads : most threads of the parallel loops; None all
    rules : functions used instead of the rules of these names (see ``rule_names``), same arguments

    Raises
    ------
    InputError
        An unknown mode or rule; later, a rule that cannot be compiled.
    """

    MODES = ("compiled", "agents", "both")

    def __init__(self, mode: str = "compiled", threads: int | None = None, rules: Rules | None = None) -> None:
        if mode not in self.MODES:
            raise InputError(
                "unknown engine", field="engine", given=mode, allowed=", ".join(self.MODES),
                suggestion=nearest(str(mode), self.MODES),
            )  # fmt: skip
        known = rule_names() if rules else []
        for name in rules or {}:
            if name not in known:
                raise InputError(
                    "unknown rule", field="rules", given=name, allowed=", ".join(known), suggestion=nearest(name, known)
                )
        self.mode = mode
        self.rules = dict(rules or {})
        self._made: dict[str, Callable] = {}
        self.threads = min(threads or processors(), processors())

    def run(self, kernel: Kernel, arguments: tuple) -> None:
        if self.mode == "compiled":
            self._compiled(kernel, arguments)
        elif self.mode == "agents":
            self._agents(kernel, arguments)
        else:
            self._both(kernel, arguments)

    def _compiled(self, kernel: Kernel, arguments: tuple) -> None:
        try:
            own = kernel.by_row
            by_rows(self.threads, self._function(kernel), arguments[:own], *arguments[own:])
        except numba.core.errors.NumbaError as error:
            if not self.rules:
                raise
            allowed = "what Numba compiles; engine='agents' runs any Python"
            raise InputError(
                f"a rule cannot be compiled: {error}", field="rules", given=", ".join(self.rules), allowed=allowed
            ) from error

    def _function(self, kernel: Kernel) -> Callable:
        """The kernel's compiled loop, with the rules given in place of its own."""
        if not self.rules:
            return kernel.compiled
        if kernel.name not in self._made:
            changed = rules_of(kernel) & set(self.rules)
            made = _twin(kernel.source, {}, self.rules, njit(cache=False)) if changed else kernel.compiled
            self._made[kernel.name] = made
        return self._made[kernel.name]

    def __getstate__(self) -> dict:
        return self.__dict__ | {"_made": {}}  # compiled functions are made anew

    def _agents(self, kernel: Kernel, arguments: tuple) -> None:
        plain(kernel.source, self.rules)(*map(_view, arguments))

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

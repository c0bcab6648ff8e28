"""A user's function of one agent, evaluated on whole columns at once where that is surely the same.

Surely the same means: the function is one expression of attributes, constants, arithmetic,
comparisons and indexing. ``and``, ``or``, ``not``, ``in``, ``if`` and chained comparisons mean
something else for an array than for a number, and a call may draw a random number or have an effect:
such a function is called agent by agent, as Mesa would.
"""

from __future__ import annotations

import dis
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from jcsim.agents.fields import Field, derived, unknown, widened

if TYPE_CHECKING:
    from jcsim.agents.store import RowStore

# Instructions of an expression without calls or branches. An instruction of a future Python that is
# not listed sends the function agent by agent: slower, never wrong.
EXPRESSION = frozenset(
    {
        *("RESUME", "CACHE", "NOP", "EXTENDED_ARG", "COPY_FREE_VARS", "RETURN_VALUE"),
        *("LOAD_FAST", "LOAD_FAST_BORROW", "LOAD_FAST_LOAD_FAST", "LOAD_FAST_BORROW_LOAD_FAST_BORROW"),
        *("LOAD_CONST", "LOAD_SMALL_INT", "LOAD_GLOBAL", "LOAD_DEREF", "LOAD_ATTR"),
        *("BINARY_OP", "BINARY_SUBSCR", "COMPARE_OP", "UNARY_NEGATIVE"),
    }
)
# Agents on which the whole-column answer is compared with the answer for one agent: so many evenly
# spaced, and those with the smallest and the largest value of every field read.
SPACED_PROBES = 5


class Columns:
    """What a function of one agent sees when it is evaluated on whole columns: ``h.savings`` is the array."""

    __slots__ = ("_read", "_store", "model", "row")

    def __init__(self, store: RowStore, rows: np.ndarray) -> None:
        self._store, self.model, self.row = store, store.model, rows
        self._read: dict[str, np.ndarray] = {}

    def __getattr__(self, name: str) -> np.ndarray:
        attribute = getattr(self._store.root, name, None)
        if isinstance(attribute, Field):
            if name not in self._read:
                self._read[name] = widened(self._store.table.array[name][self.row])
                self._read[name].flags.writeable = False  # handed out again
            return self._read[name]
        if isinstance(attribute, derived):
            return attribute.column(self)
        raise unknown(self._store.root, name, ())

    def probes(self) -> list[int]:
        """Positions of the agents to compare on: evenly spaced ones and the extremes of what was read."""
        spaced = np.linspace(0, len(self.row) - 1, SPACED_PROBES).astype(np.int64)
        extremes = [place for values in self._read.values() for place in (values.argmin(), values.argmax())]
        return np.unique(np.array([*spaced, *extremes])).tolist()


def is_expression(function: Callable[..., Any]) -> bool:
    """Whether ``function`` is a plain Python function of one expression without calls or branches."""
    return isinstance(function, types.FunctionType) and all(
        instruction.opname in EXPRESSION for instruction in dis.get_instructions(function)
    )


def whole(store: RowStore, rows: np.ndarray, function: Callable[[Any], Any]) -> np.ndarray | None:
    """``function`` of every row, shape (len(rows),), or None where it must be called agent by agent."""
    if len(rows) == 0 or not is_expression(function):
        return None
    try:
        columns = Columns(store, rows)
        with np.errstate(all="raise"):
            values = function(columns)
        if not isinstance(values, np.ndarray) or values.shape != rows.shape:
            return None
        alone = ((function(store.agent(int(rows[i]))), values.item(i)) for i in columns.probes())
        return values if all(one == many for one, many in alone) else None  # an int64 overflow differs
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return None  # calling it agent by agent either works or raises the error the user should see


def one_by_one(agents: Any, function: Callable[[Any], Any], n: int) -> np.ndarray:
    """``function`` of every agent; numbers as a plain array, anything else as objects."""
    answers = [function(agent) for agent in agents]
    kinds = {type(answer) for answer in answers}
    if len(kinds) == 1 and kinds <= {int, float, bool} and _is_int64(answers):
        return np.array(answers)
    values = np.empty(n, dtype=object)
    values[:] = answers
    return values


def _is_int64(answers: list[Any]) -> bool:
    """Whether whole numbers among ``answers`` fit int64 (Python's may be larger)."""
    return type(answers[0]) is not int or (min(answers) >= -(2**63) and max(answers) < 2**63)

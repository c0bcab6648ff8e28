"""Attributes of a row: fields of its record, and values derived from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from jcsim.errors import nearest


class Field:
    """One field of a record: reads as a Python ``int`` or ``float``, writes to the record.

    Parameters
    ----------
    name : name of the field in the record's dtype
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, agent: Any, owner: type | None = None) -> Any:
        if agent is None:
            return self
        return agent._store.table.array[self.name].item(agent._row)

    def __set__(self, agent: Any, value: Any) -> None:
        agent._store.write(agent._row, self.name, value)


class derived(property):
    """A read-only value computed from fields, by one expression for one agent or for whole columns.

    The function sees either an agent (fields are Python numbers) or whole columns (fields are
    arrays), so it may only use arithmetic, comparisons, ``&``, ``|`` and array indexing.
    """

    def __get__(self, agent: Any, owner: type | None = None) -> Any:
        value = super().__get__(agent, owner)
        return value.item() if isinstance(value, np.generic) else value

    def column(self, columns: Any) -> np.ndarray:
        """The value for whole columns, one element per agent."""
        function: Callable[[Any], np.ndarray] = self.fget  # type: ignore[assignment]
        return function(columns)


def widened(values: np.ndarray) -> np.ndarray:
    """A copy as int64 or float64: what the numbers are in Python, so that sums and products of small
    fields cannot wrap around."""
    return values.astype(np.float64 if values.dtype.kind == "f" else np.int64)


def fitting(dtype: np.dtype, name: str, value: Any) -> np.ndarray:
    """``value`` (a number or an array of numbers) as ``dtype``, if nothing is lost.

    Raises
    ------
    ValueError
        A number is not whole or out of range for an integer field, or is not a number.
    """
    given = np.asarray(value)
    if given.dtype.kind not in "iubf":
        raise ValueError(f"field {name!r} holds numbers; given {value!r}")
    if dtype.kind == "i":
        limits = np.iinfo(dtype)
        if given.dtype.kind == "f" and not (np.isfinite(given) & (np.floor(given) == given)).all():
            raise ValueError(f"field {name!r} holds whole numbers; given {value!r}")
        if given.size and (given.min() < limits.min or given.max() > limits.max):
            raise ValueError(f"field {name!r} holds {limits.min} to {limits.max}; given {value!r}")
    return given.astype(dtype)


def unknown(owner: type, name: str, names: Iterable[str], what: str = "attribute") -> AttributeError:
    """The error for a name that is no attribute (or column), with the nearest valid one."""
    match = nearest(name, names)
    hint = f"; did you mean {match!r}?" if match else ""
    return AttributeError(f"{owner.__name__} has no {what} {name!r}{hint}", name=name)

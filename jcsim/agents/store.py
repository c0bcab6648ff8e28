"""Where rows live: one table of records, one root class of agents, one model."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from jcsim.agents.fields import Field, derived, fitting, widened
from jcsim.agents.tables import frame
from jcsim.agents.whole import Columns, one_by_one, whole
from jcsim.records import Table

if TYPE_CHECKING:
    import pandas as pd

    from jcsim.agents.rows import RowAgent

# Unique ids: ordinary agents stand below ID_BLOCK, rows of table k (from 1) at k * ID_BLOCK + row.
ID_BLOCK = 1_000_000_000


class RowStore:
    """The rows of one table as agents of one root class.

    Parameters
    ----------
    model : the model the agents belong to
    root : class whose ``record`` is the dtype of the table
    table : the records; may grow, rows are never moved
    first_id : unique id of row 0
    """

    def __init__(self, model: Any, root: type[RowAgent], table: Table, first_id: int) -> None:
        self.model, self.root, self.table, self.first_id = model, root, table, first_id

    # which rows
    def everyone(self, exactly: type[RowAgent] | None = None) -> np.ndarray:
        """Living rows in table order; of exactly one agent type if given. Shape (n,), int64."""
        rows = self.table.rows
        living = rows["alive"] != 0
        if exactly is not None:
            living &= rows["kind"] == exactly.kind_code
        return np.flatnonzero(living)

    def living(self, rows: np.ndarray) -> np.ndarray:
        """Those of ``rows`` that are alive, in the same order."""
        return rows[self.table.array["alive"][rows] != 0]

    def is_alive(self, row: int) -> bool:
        return self.table.array["alive"].item(row) != 0

    def is_type(self, rows: np.ndarray, agent_type: type | tuple[type, ...]) -> np.ndarray:
        """Mask of the rows whose agent is an instance of ``agent_type``."""
        codes = [code for code, cls in self.root.types.items() if issubclass(cls, agent_type)]
        return np.isin(self.table.array["kind"][rows], codes)

    def position(self, agent: Any) -> int | None:
        """The row of an agent of this table, None for any other object."""
        return agent._row if getattr(agent, "_store", None) is self else None

    # what they hold
    def agent(self, row: int) -> RowAgent:
        """A view of one row, of the class its ``kind`` says."""
        view = object.__new__(self.root.types[self.table.array["kind"].item(row)])
        view.__dict__.update(_store=self, _row=row)
        return view

    def whole(self, rows: np.ndarray, function: Callable[[Any], Any]) -> np.ndarray | None:
        """``function`` of every row evaluated at once, None if it has to be called agent by agent."""
        return whole(self, rows, function)

    def values(self, rows: np.ndarray, key: str | Callable[[Any], Any]) -> np.ndarray:
        """An attribute (or a function) of every row, shape (len(rows),).

        Integer fields come as int64 and others as float64, so they behave as Python numbers.

        Raises
        ------
        AttributeError
            An agent has no attribute of that name.
        """
        if isinstance(key, str):
            attribute = getattr(self.root, key, None)
            if isinstance(attribute, Field):
                return widened(self.table.array[key][rows])
            if isinstance(attribute, derived):
                return attribute.column(Columns(self, rows))
            return one_by_one(map(self.agent, rows.tolist()), attrgetter(key), len(rows))
        values = self.whole(rows, key)
        return one_by_one(map(self.agent, rows.tolist()), key, len(rows)) if values is None else values

    def frame(self, rows: np.ndarray, columns: Iterable[str] | None, codes: bool) -> pd.DataFrame:
        """A table of ``rows``; see ``RowSet.to_pandas``."""
        return frame(self, rows, columns, codes)

    def label(self, exactly: type | None = None) -> str:
        """What the agents are called."""
        return (exactly or self.root).__name__

    # writing
    def write(self, rows: int | np.ndarray, name: str, value: Any) -> None:
        """Write one value, or one value per row, to a field.

        Raises
        ------
        ValueError
            A value does not fit the field, or ``kind`` is given a code that is no agent type.
        """
        fits = fitting(self.root.record[name], name, value)
        if name == "kind" and not np.isin(fits, list(self.root.types)).all():
            allowed = ", ".join(f"{code} {cls.__name__}" for code, cls in self.root.types.items())
            raise ValueError(f"kind {value!r} is no type of {self.root.__name__}; allowed: {allowed}")
        self.table.array[name][rows] = fits

    def assign(self, rows: np.ndarray, name: str, value: Any) -> None:
        """Set a field of many rows; a sequence as long as ``rows`` is one value per row."""
        self.require_field(name)
        if np.ndim(value) > 0 and len(value) != len(rows):
            raise ValueError(f"{len(value)} values for {len(rows)} agents")
        self.write(rows, name, value)

    def require_field(self, name: str) -> None:
        """AttributeError unless ``name`` is a field of the record that may be written."""
        if not isinstance(getattr(self.root, name, None), Field):
            raise self.root.refusal(name)

    def append(self, cls: type[RowAgent], n: int, values: dict[str, Any]) -> np.ndarray:
        """Add ``n`` living rows of type ``cls``; returns their row numbers.

        Raises
        ------
        TypeError
            A name is no field, or a field that has no default is missing.
        ValueError
            A value does not fit its field, or a key is not new.
        """
        settable = [name for name in self.root.fields() if name not in ("kind", "alive")]
        if wrong := [name for name in values if name not in settable]:
            raise TypeError(f"{cls.__name__}() takes fields of its record; unknown: {', '.join(wrong)}")
        if missing := [name for name in self.root.required if name not in values]:
            raise TypeError(f"{cls.__name__}() needs {', '.join(missing)}")
        records = np.zeros(n, self.root.record)
        for name, value in {**self.root.defaults, **values}.items():
            records[name] = fitting(self.root.record[name], name, value)
        keys = records["key"]
        if len(np.unique(keys)) < n or np.isin(keys, self.table.rows["key"]).any():
            raise ValueError(f"key must be new and different for every {cls.__name__}")
        records["kind"], records["alive"] = cls.kind_code, 1
        place = self.table.append(records)
        return np.arange(place.start, place.stop)

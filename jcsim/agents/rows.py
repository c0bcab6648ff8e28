"""Mesa agents that are views of one record of a table."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any, ClassVar, NoReturn

import mesa
import numpy as np
import pandas as pd

from jcsim.agents.fields import Field, derived, unknown
from jcsim.agents.rowset import RowSet
from jcsim.agents.store import RowStore
from jcsim.agents.tables import Column


class RowType(type(mesa.Agent)):  # type: ignore[misc]
    """Class of the row agent classes: their attributes cannot be replaced from outside.

    Mesa 3.5's experimental ``track_agents_numpy`` would replace fields by storage of its own, for all
    models at once.
    """

    def __setattr__(cls, name: str, value: Any) -> None:
        if isinstance(getattr(cls, name, None), Field | derived):
            raise TypeError(f"{cls.__name__}.{name} is stored in the record and cannot be replaced")
        super().__setattr__(name, value)


class RowAgent(mesa.Agent, metaclass=RowType):
    """A Mesa agent whose state is one record of a table; made when asked for, kept by nobody.

    Fields read as Python numbers and writes go to the record. Two views of one record are equal. The
    class is decided by the record's ``kind``: writing ``kind`` changes the agent's type. An attribute
    that is neither a field nor defined by the class is refused, since it would vanish with the view:
    keep such data in a dict by ``agent.key``. For the same reason a plain ``mesa.agent.AgentSet`` of
    views, which holds them weakly, is empty at once: use the sets that the verbs return.

    A root class names its record layout, a type its code of ``kind``::

        class Person(RowAgent, record=PERSON, kind=PersonKind.PERSON): ...
        class MigrantWorker(Person, kind=PersonKind.MIGRANT_WORKER): ...

    Parameters
    ----------
    model : a ``ColumnarModel``
    **values : fields of the new record; those in ``required`` have no default

    Raises
    ------
    TypeError
        The class is not the type of any row, a field is unknown or a required one missing.
    ValueError
        A value does not fit its field, or the key is not new.
    """

    record: ClassVar[np.dtype]
    types: ClassVar[dict[int, type[RowAgent]]]  # agent type by code of ``kind``
    kind_code: ClassVar[int | None] = None
    required: ClassVar[tuple[str, ...]] = ("key",)
    defaults: ClassVar[Mapping[str, int]] = {}  # fields whose neutral value is not zero
    columns: ClassVar[tuple[Column, ...]] = ()  # documented columns of the table

    _store: RowStore
    _row: int

    def __init_subclass__(cls, *, record: np.dtype | None = None, kind: IntEnum | None = None, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        if record is not None:
            cls.record, cls.types = record, {}
            for name in cls.fields():
                if name in vars(cls):
                    continue  # the class itself says what the name means
                if hasattr(cls, name):
                    raise TypeError(f"field {name!r} of the record would hide an attribute of agents")
                type.__setattr__(cls, name, Field(name))
        cls.kind_code = None
        if kind is not None:
            if kind in cls.types:
                raise TypeError(f"kind {int(kind)} is already {cls.types[kind].__name__}")
            cls.kind_code = int(kind)
            cls.types[cls.kind_code] = cls

    def __init__(self, model: Any, **values: Any) -> None:
        store = self._creating_store(model)
        self.__dict__.update(_store=store, _row=int(store.append(type(self), 1, values)[0]))

    @classmethod
    def _creating_store(cls, model: Any) -> RowStore:
        if cls.kind_code is None:
            types = ", ".join(agent_type.__name__ for agent_type in cls.types.values())
            raise TypeError(f"{cls.__name__} is not the type of any row; the types are {types}")
        return model.store_of(cls)

    @classmethod
    def fields(cls) -> tuple[str, ...]:
        """Names of the fields of the record."""
        return cls.record.names or ()

    @classmethod
    def create_agents(cls, model: Any, n: int, *args: Any, **values: Any) -> RowSet:
        """Add ``n`` rows; each value is a number for all or a sequence with one per agent."""
        if args:
            raise TypeError(f"{cls.__name__}.create_agents() takes the fields by name")
        store = cls._creating_store(model)
        return RowSet(store, store.append(cls, n, values))

    @classmethod
    def from_dataframe(cls, model: Any, df: pd.DataFrame, **values: Any) -> RowSet:
        """Add one row per row of ``df``, whose columns are fields; ``values`` are the same for all."""
        return cls.create_agents(model, len(df), **{name: df[name].to_numpy() for name in df}, **values)

    # identity
    @property
    def model(self) -> Any:
        return self._store.model

    @derived
    def unique_id(self) -> int:
        """Mesa's id: 1e9 times the number of the table plus the row; ``key`` is the stable identity."""
        return self._store.first_id + self.row

    @property
    def row(self) -> int:
        """Number of the record in its table."""
        return self._row

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RowAgent) and self._store is other._store and self._row == other._row

    def __hash__(self) -> int:
        return hash((id(self._store), self._row))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.key}>"

    # attributes
    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # asked of half-made objects by copy and pickle
            raise AttributeError(name)
        if hasattr(type(self), name):  # a property that failed: show its own error
            return object.__getattribute__(self, name)
        raise unknown(type(self), name, _public(type(self)))

    def __setattr__(self, name: str, value: Any) -> None:
        if not hasattr(getattr(type(self), name, None), "__set__"):
            raise self.refusal(name)
        object.__setattr__(self, name, value)
        if name == "kind":
            object.__setattr__(self, "__class__", self.types[int(value)])

    @classmethod
    def refusal(cls, name: str) -> AttributeError:
        """The error for writing a name that is not a field."""
        if name in cls.fields() or hasattr(cls, name):
            return AttributeError(f"{cls.__name__}.{name} is not stored: it cannot be written", name=name)
        error = unknown(cls, name, cls.fields())
        note = "an agent here is a record and holds its fields only; keep other data in a dict by agent.key"
        return AttributeError(f"{error}; {note}", name=name)

    # what Mesa's agents can do and rows cannot
    @property
    def pos(self) -> None:
        """Rows stand in no Mesa space; towns do."""
        return None

    @pos.setter
    def pos(self, value: object) -> NoReturn:
        raise TypeError(f"{type(self).__name__}: rows stand in no Mesa space or cell; place the towns there")

    # leaving the model
    def remove(self) -> None:
        """Take the agent out of the model for good: its row stays, marked dead, and is in no set."""
        if self.alive:
            self.model.deregister_agent(self)

    def leave(self) -> None:
        """What removal does to the records; types add what else must be put right."""
        self.alive = 0


def _public(cls: type) -> list[str]:
    return [name for name in dir(cls) if not name.startswith("_")]

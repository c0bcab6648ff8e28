"""``model.agents``: ordinary Mesa agents and rows of several tables in one agent set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NoReturn

import mesa
import numpy as np

from jcsim.agents.rows import RowAgent
from jcsim.agents.rowset import RowSet
from jcsim.agents.store import ID_BLOCK, RowStore
from jcsim.agents.whole import one_by_one

if TYPE_CHECKING:
    from jcsim.agents.columnar import ColumnarModel


SEVERAL = "agents of several kinds have no common"


class Everyone:
    """All agents of a model by unique id: the source of a ``Population``, as a ``RowStore`` is of rows.

    Parameters
    ----------
    model : the model, whose ``ordinary_agents`` are the agents that are not rows
    stores : its tables; unique ids of table k (from 1) stand in block k of ``ID_BLOCK`` ids
    """

    def __init__(self, model: ColumnarModel, stores: Iterable[RowStore]) -> None:
        self.model, self.stores = model, tuple(stores)
        self.ordinary: dict[int, mesa.Agent] = {}
        self._look_up()

    def _look_up(self) -> None:
        """Learn of ordinary agents that were made since; removed ones stay known but are not alive."""
        self.ordinary.update((agent.unique_id, agent) for agent in self.model.ordinary_agents)

    def _parts(self, ids: np.ndarray) -> Iterator[tuple[RowStore | None, np.ndarray, np.ndarray]]:
        """For each kind of source met: the store (None: ordinary), positions in ``ids``, rows (or ids)."""
        block = ids // ID_BLOCK
        for number, store in enumerate((None, *self.stores)):
            positions = np.flatnonzero(block == number)
            if len(positions):
                yield store, positions, ids[positions] - (store.first_id if store else 0)

    def everyone(self, exactly: None = None) -> np.ndarray:
        """Unique ids of all living agents: ordinary ones, then table by table."""
        self._look_up()
        ordinary = [agent.unique_id for agent in self.model.ordinary_agents]
        rows = [store.first_id + store.everyone() for store in self.stores]
        return np.concatenate([np.array(ordinary, dtype=np.int64), *rows])

    def living(self, ids: np.ndarray) -> np.ndarray:
        alive = np.zeros(len(ids), bool)
        for store, positions, rows in self._parts(ids):
            if store is None:
                alive[positions] = [self.is_alive(i) for i in rows.tolist()]
            else:
                alive[positions] = store.table.array["alive"][rows] != 0
        return ids[alive]

    def is_alive(self, unique_id: int) -> bool:
        store = self._store(unique_id)
        if store is None:
            return self.ordinary[unique_id] in self.model.ordinary_agents
        return store.is_alive(unique_id - store.first_id)

    def is_type(self, ids: np.ndarray, agent_type: type | tuple[type, ...]) -> np.ndarray:
        mask = np.zeros(len(ids), bool)
        for store, positions, rows in self._parts(ids):
            if store is None:
                mask[positions] = [isinstance(self.ordinary[i], agent_type) for i in rows.tolist()]
            else:
                mask[positions] = store.is_type(rows, agent_type)
        return mask

    def position(self, agent: Any) -> int | None:
        """The unique id of an agent of this model, None for any other object."""
        if isinstance(agent, RowAgent):
            return agent.unique_id if agent._store in self.stores else None
        self._look_up()
        unique_id = getattr(agent, "unique_id", None)
        return unique_id if unique_id in self.ordinary and self.ordinary[unique_id] is agent else None

    def _store(self, unique_id: int) -> RowStore | None:
        return self.stores[unique_id // ID_BLOCK - 1] if unique_id >= ID_BLOCK else None

    def agent(self, unique_id: int) -> mesa.Agent:
        store = self._store(unique_id)
        return self.ordinary[unique_id] if store is None else store.agent(unique_id - store.first_id)

    def whole(self, ids: np.ndarray, function: Callable[[Any], Any]) -> np.ndarray | None:
        """``function`` of every agent, None if some table cannot evaluate it on whole columns."""
        found = []
        for store, positions, rows in self._parts(ids):
            values = self._ordinary_values(rows, function) if store is None else store.whole(rows, function)
            if values is None:
                return None
            found.append((positions, values))
        return _merged(len(ids), found)

    def values(self, ids: np.ndarray, key: str | Callable[[Any], Any]) -> np.ndarray:
        """An attribute (or a function) of every agent; AttributeError if one has no such attribute."""
        return _merged(
            len(ids),
            [
                (positions, self._ordinary_values(rows, key) if store is None else store.values(rows, key))
                for store, positions, rows in self._parts(ids)
            ],
        )

    def _ordinary_values(self, ids: np.ndarray, key: str | Callable[[Any], Any]) -> np.ndarray:
        function = key if callable(key) else lambda agent: getattr(agent, key)
        return one_by_one((self.ordinary[i] for i in ids.tolist()), function, len(ids))

    def assign(self, ids: np.ndarray, name: str, value: Any) -> None:
        """Set an attribute: of rows a field, of ordinary agents any name; nothing is set if a row refuses."""
        parts = list(self._parts(ids))
        for store, _, _ in parts:
            if store is not None:
                store.require_field(name)
        several = np.ndim(value) > 0
        if several and len(value) != len(ids):
            raise ValueError(f"{len(value)} values for {len(ids)} agents")
        for store, positions, rows in parts:
            part = np.asarray(value)[positions] if several else value
            if store is not None:
                store.assign(rows, name, part)
            else:
                for i, one in zip(rows.tolist(), part if several else [value] * len(rows), strict=True):
                    setattr(self.ordinary[i], name, one)

    def frame(self, ids: np.ndarray, columns: Iterable[str] | None, codes: bool) -> NoReturn:
        raise TypeError(f"{SEVERAL} table; take model.persons or model.households")

    def label(self, exactly: None = None) -> str:
        return "agents"


class Population(RowSet):
    """An agent set over ordinary agents and rows alike; its index holds unique ids.

    A selection in which only rows of one table are left is a ``RowSet`` of that table.
    """

    source: Everyone

    def _made(self, index: np.ndarray) -> RowSet:
        if len(index):
            first, last = index.min() // ID_BLOCK, index.max() // ID_BLOCK
            if first == last and first > 0:
                store = self.source.stores[first - 1]
                return RowSet(store, index - store.first_id)
        return Population(self.source, index)

    @property
    def rows(self) -> NoReturn:
        raise TypeError(f"{SEVERAL} row numbers; take model.persons or model.households")


def _merged(n: int, parts: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Values of several sources in one array; objects unless all have one type."""
    kinds = {values.dtype for _, values in parts}
    merged = np.empty(n, kinds.pop() if len(kinds) == 1 else object)
    for positions, values in parts:
        merged[positions] = values.astype(merged.dtype)
    return merged

"""Agent sets over rows: every verb of a Mesa agent set, in array operations where possible."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from math import ceil, inf
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from jcsim.agents.compat import AgentSetBase
from jcsim.agents.groups import RowGroupBy, positions_by_value, stable_order
from jcsim.agents.setalgebra import SetAlgebra
from jcsim.agents.whole import one_by_one

if TYPE_CHECKING:
    import pandas as pd


class RowSet(SetAlgebra, AgentSetBase, Sequence[Any]):
    """An ordered set of row agents: an array of row numbers, or a standing rule which rows belong.

    Agents are made when asked for, so a set of a million costs an array. Dead rows are never in a
    set. Differences from Mesa's own sets, all in favour of speed or safety:

    - ``get`` of one attribute gives an array (int64, float64 or objects), not a list;
    - ``set`` takes a sequence as one value per agent, and refuses names that are not fields;
    - ``select`` also takes a boolean array with one element per agent;
    - a function given to ``select``, ``sort`` or ``groupby`` that is one expression without calls,
      ``and``, ``or``, ``if`` is evaluated on whole columns; any other one agent at a time.

    Parameters
    ----------
    source : where the rows live (a ``RowStore``)
    index : rows of the set in order; None for all living rows, now and later
    exactly : with ``index=None``, only rows of exactly this agent type
    """

    def __init__(self, source: Any, index: np.ndarray | None = None, exactly: type | None = None) -> None:
        self.source, self._index, self._exactly = source, index, exactly
        self.random = source.model.random

    # what is in the set
    def _live(self) -> np.ndarray:
        if self._index is None:
            return self.source.everyone(self._exactly)
        return self.source.living(self._index)

    def _made(self, index: np.ndarray) -> RowSet:
        return RowSet(self.source, index)

    def _become(self, index: np.ndarray) -> Self:
        self._index = index
        return self

    def _update(self, agents: Iterable[Any]) -> Self:
        return self._become(self._positions(agents, strict=True))

    @property
    def rows(self) -> np.ndarray:
        """Row numbers of the members in the set's order, shape (n,), int64."""
        return self._live()

    def __len__(self) -> int:
        return len(self._live())

    def __iter__(self) -> Iterator[Any]:
        return map(self.source.agent, self._live().tolist())

    def __getitem__(self, item: int | slice) -> Any:
        chosen = self._live()[item]
        if isinstance(item, slice):
            return [self.source.agent(position) for position in chosen.tolist()]
        return self.source.agent(int(chosen))

    def to_list(self) -> list[Any]:
        """The agents as a list."""
        return list(self)

    def index(self, agent: Any, *limits: int) -> int:
        """Place of ``agent`` in the set's order; ValueError if it is not in the set."""
        return self._live().tolist().index(self.source.position(agent), *limits)

    def count(self, agent: Any) -> int:
        """1 if the agent is in the set, else 0."""
        return int(agent in self)

    def copy(self) -> RowSet:
        """A set of the agents that are in this one now."""
        return self._made(self._live())

    __copy__ = copy

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self):,} {self.source.label(self._exactly)}>"

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__.copy()

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    # choosing and ordering
    def select(
        self,
        filter_func: Callable[[Any], bool] | np.ndarray | None = None,
        at_most: float = inf,
        inplace: bool = False,
        agent_type: type | tuple[type, ...] | None = None,
    ) -> Any:
        """The agents that pass, in the set's order.

        Parameters
        ----------
        filter_func : function of one agent, or a boolean array with one element per agent
        at_most : a number of agents, or (a float up to 1) a share of the set, rounded down
        inplace : change this set instead of making a new one
        agent_type : only instances of this type
        """
        index = self._live()
        limit = int(len(index) * at_most) if isinstance(at_most, float) and at_most <= 1.0 else at_most
        limit = limit if limit == inf else max(0, ceil(limit))
        if isinstance(filter_func, np.ndarray):
            index, filter_func = index[_mask(filter_func, len(index))], None
        if agent_type is not None:
            index = index[self.source.is_type(index, agent_type)]
        if filter_func is not None:
            index = self._filtered(index, filter_func, limit)
        index = index if limit == inf else index[:limit]
        return self._become(index) if inplace else self._made(index)

    def _filtered(self, index: np.ndarray, keep: Callable[[Any], bool], limit: float) -> np.ndarray:
        passes = self.source.whole(index, keep)
        if passes is not None:
            return index[passes.astype(bool)]
        kept: list[int] = []
        for position in index.tolist():
            if len(kept) >= limit:
                break
            if keep(self.source.agent(position)):
                kept.append(position)
        return np.array(kept, dtype=np.int64)

    def shuffle(self, inplace: bool = False) -> Any:
        """The agents in a random order: with ``model.random``, the order Mesa's own sets would get."""
        index = self._shuffled()
        return self._become(index) if inplace else self._made(index)

    def _shuffled(self) -> np.ndarray:
        index = self._live()
        order = list(range(len(index)))
        self.random.shuffle(order)
        return index[order]

    def sort(self, key: Callable[[Any], Any] | str, ascending: bool = False, inplace: bool = False) -> Any:
        """The agents ordered by an attribute (dots allowed) or a function; equal ones keep their order."""
        index = self._live()
        index = index[stable_order(self.source.values(index, key), ascending)]
        return self._become(index) if inplace else self._made(index)

    def groupby(self, by: Callable[[Any], Any] | str, result_type: str = "agentset") -> RowGroupBy:
        """Groups of agents with one value of an attribute or function, in order of first appearance."""
        index = self._live()
        groups = {
            value: self._made(index[positions])
            for value, positions in positions_by_value(self.source.values(index, by)).items()
        }
        if result_type == "agentset":
            return RowGroupBy(groups)
        return RowGroupBy({value: list(group) for value, group in groups.items()})

    # values
    def get(self, attr_names: str | Sequence[str], handle_missing: str = "error", default_value: Any = None) -> Any:
        """Values of one attribute as an array, or of several as a list with one list per agent.

        Raises
        ------
        AttributeError
            An agent has no such attribute and ``handle_missing`` is "error".
        ValueError
            ``handle_missing`` is neither "error" nor "default".
        """
        if handle_missing not in ("error", "default"):
            raise ValueError(f"handle_missing {handle_missing!r}; allowed: 'error' or 'default'")
        index = self._live()
        if isinstance(attr_names, str):
            return self._column(index, attr_names, handle_missing, default_value)
        columns = [self._column(index, name, handle_missing, default_value).tolist() for name in attr_names]
        return [[column[position] for column in columns] for position in range(len(index))]

    def _column(self, index: np.ndarray, name: str, handle_missing: str, default: Any) -> np.ndarray:
        try:
            return self.source.values(index, name)
        except AttributeError:
            if handle_missing == "error":
                raise
        agents = map(self.source.agent, index.tolist())
        return one_by_one(agents, lambda agent: getattr(agent, name, default), len(index))

    def set(self, attr_name: str, value: Any) -> Self:
        """Write a field of every agent: one number for all, or a sequence with one per agent.

        Raises
        ------
        AttributeError
            The name is not a field of the record.
        ValueError
            A value does not fit the field, or the sequence has another length than the set.
        """
        self.source.assign(self._live(), attr_name, value)
        return self

    def agg(self, attribute: str, func: Callable[[Any], Any] | Iterable[Callable[[Any], Any]]) -> Any:
        """One or several functions of the attribute's values."""
        values = self.get(attribute)
        return func(values) if callable(func) else [function(values) for function in func]

    # acting
    def _results(
        self,
        order: np.ndarray,
        method: str | Callable[..., Any],
        args: tuple[Any, ...],
        keywords: dict[str, Any],
    ) -> Iterator[Any]:
        for position in order.tolist():
            if not self.source.is_alive(position):  # another agent's turn removed it
                continue
            agent = self.source.agent(position)
            if isinstance(method, str):
                yield getattr(agent, method)(*args, **keywords)
            else:
                yield method(agent, *args, **keywords)

    def do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """Call a method (by name) or a function on each agent in turn."""
        for _ in self._results(self._live(), method, args, kwargs):
            pass
        return self

    def shuffle_do(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """Call a method or a function on each agent in random order."""
        for _ in self._results(self._shuffled(), method, args, kwargs):
            pass
        return self

    def map(self, method: str | Callable[..., Any], *args: Any, **kwargs: Any) -> list[Any]:
        """The results of a method or a function of each agent."""
        return list(self._results(self._live(), method, args, kwargs))

    def to_pandas(self, columns: Iterable[str] | None = None, *, codes: bool = False) -> pd.DataFrame:
        """A table with one row per agent, in the set's order.

        Parameters
        ----------
        columns : names of documented columns, fields or derived attributes; the documented columns of
            the agent type if None (``jcsim.agents.COLUMNS``)
        codes : give coded columns as whole numbers instead of names and administrative codes

        Raises
        ------
        AttributeError
            A column is unknown.
        TypeError
            The set holds agents of different kinds: take ``model.persons`` or ``model.households``.
        """
        return self.source.frame(self._live(), columns, codes)


def _mask(mask: np.ndarray, n: int) -> np.ndarray:
    if mask.dtype != bool or mask.shape != (n,):
        raise ValueError(f"a mask needs {n} booleans; given shape {mask.shape} of {mask.dtype}")
    return mask

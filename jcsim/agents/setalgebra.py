"""Membership and set operations of agent sets that are arrays of positions in a source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Any, Self

import numpy as np


class SetAlgebra:
    """``add``, ``discard``, ``|``, ``&``, ``-``, ``^``, comparisons and so on, in array operations.

    The class that inherits supplies ``source``, ``_live()`` (positions of the living members),
    ``_made(index)`` (a new set) and ``_become(index)`` (change this one).
    """

    source: Any

    def _live(self) -> np.ndarray:
        raise NotImplementedError

    def _made(self, index: np.ndarray) -> Any:
        raise NotImplementedError

    def _become(self, index: np.ndarray) -> Self:
        raise NotImplementedError

    # Any iterable of agents as positions
    def _positions(self, agents: Iterable[Any], strict: bool) -> np.ndarray:
        """Positions of ``agents`` in this set's source; of others: left out, or TypeError if strict."""
        if isinstance(agents, SetAlgebra) and agents.source is self.source:
            return agents._live()
        found = [self.source.position(agent) for agent in agents]
        if strict and None in found:
            raise TypeError("a set of agents holds agents of its own model and table only")
        positions = np.array([position for position in found if position is not None], dtype=np.int64)
        return self.source.living(positions)

    def __contains__(self, agent: object) -> bool:
        position = self.source.position(agent)
        return position is not None and bool((self._live() == position).any())

    # changing this set
    def add(self, agent: Any) -> None:
        """Add an agent; nothing happens if it is in the set."""
        self._become(self._union((agent,)))

    def discard(self, agent: Any) -> None:
        """Take an agent out of the set (it stays in the model); nothing happens if it is not in it."""
        self._become(self._common((agent,), wanted=False))

    def remove(self, agent: Any) -> None:
        """Take an agent out of the set (it stays in the model).

        Raises
        ------
        KeyError
            The agent is not in the set.
        """
        if agent not in self:
            raise KeyError(agent)
        self.discard(agent)

    def pop(self) -> Any:
        """Take the first agent out of the set and return it; KeyError if the set is empty."""
        index = self._live()
        if not len(index):
            raise KeyError("pop from an empty set of agents")
        self._become(index[1:])
        return self.source.agent(int(index[0]))

    def clear(self) -> None:
        """Take every agent out of the set."""
        self._become(self._live()[:0])

    # operations: the order is that of this set, then of the other
    def _union(self, other: Iterable[Any]) -> np.ndarray:
        mine, others = self._live(), self._positions(other, strict=True)
        both = np.concatenate([mine, others])
        _, first = np.unique(both, return_index=True)
        return both[np.sort(first)]

    def _common(self, other: Iterable[Any], wanted: bool = True) -> np.ndarray:
        mine = self._live()
        return mine[np.isin(mine, self._positions(other, strict=False)) == wanted]

    def _either(self, other: Iterable[Any]) -> np.ndarray:
        mine, others = self._live(), self._positions(other, strict=True)
        return np.concatenate([mine[~np.isin(mine, others)], others[~np.isin(others, mine)]])

    def __or__(self, other: Iterable[Any]) -> Any:
        return self._made(self._union(other)) if isinstance(other, Iterable) else NotImplemented

    def __and__(self, other: Iterable[Any]) -> Any:
        return self._made(self._common(other)) if isinstance(other, Iterable) else NotImplemented

    def __sub__(self, other: Iterable[Any]) -> Any:
        return self._made(self._common(other, False)) if isinstance(other, Iterable) else NotImplemented

    def __xor__(self, other: Iterable[Any]) -> Any:
        return self._made(self._either(other)) if isinstance(other, Iterable) else NotImplemented

    __ror__, __rand__, __rxor__ = __or__, __and__, __xor__

    def __rsub__(self, other: Iterable[Any]) -> Any:
        if not isinstance(other, Iterable):
            return NotImplemented
        others = self._positions(other, strict=True)
        return self._made(others[~np.isin(others, self._live())])

    def __ior__(self, other: Iterable[Any]) -> Self:
        return self._become(self._union(other))

    def __iand__(self, other: Iterable[Any]) -> Self:
        return self._become(self._common(other))

    def __isub__(self, other: Iterable[Any]) -> Self:
        return self._become(self._common(other, wanted=False))

    def __ixor__(self, other: Iterable[Any]) -> Self:
        return self._become(self._either(other))

    # comparisons, whatever the order
    def isdisjoint(self, other: Iterable[Any]) -> bool:
        """Whether no agent is in both."""
        return len(self._common(other)) == 0

    def __le__(self, other: Any) -> bool:
        if not isinstance(other, AbstractSet):
            return NotImplemented
        return len(self._common(other)) == len(self._live())

    def __ge__(self, other: Any) -> bool:
        if not isinstance(other, AbstractSet):
            return NotImplemented
        return len(self._common(other)) == len(other)

    def __lt__(self, other: Any) -> bool:
        if not isinstance(other, AbstractSet):
            return NotImplemented
        return self <= other and len(self._live()) < len(other)

    def __gt__(self, other: Any) -> bool:
        if not isinstance(other, AbstractSet):
            return NotImplemented
        return self >= other and len(self._live()) > len(other)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, AbstractSet):
            return NotImplemented
        return self <= other and len(self._live()) == len(other)

    __hash__ = None  # type: ignore[assignment]  # mutable, as every Mesa agent set

    def __reversed__(self) -> Iterator[Any]:
        return map(self.source.agent, self._live()[::-1].tolist())

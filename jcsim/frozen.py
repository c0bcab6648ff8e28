"""A mapping that cannot be changed: what a validated file is kept in."""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class FrozenDict(dict[K, V]):
    """A dict whose every change is refused; hashable and picklable.

    It stays a ``dict`` so that JSON, pydantic and ``|`` (which gives a new plain dict) know it.
    """

    def _refuse(self, *arguments: Any, **keywords: Any) -> NoReturn:
        raise TypeError("this mapping is immutable: build a new one instead")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __copy__(self) -> FrozenDict[K, V]:
        return self

    def __reduce__(self) -> tuple[type, tuple[dict[K, V]]]:
        return FrozenDict, (dict(self),)

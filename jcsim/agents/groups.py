"""Grouping and ordering of agents by a value of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable
from typing import Any

import numpy as np
import pandas as pd

from jcsim.agents.compat import GroupBy


class RowGroupBy(GroupBy):
    """Mesa's ``GroupBy`` whose ``agg`` reads whole columns."""

    def agg(self, attr_name: str, func: Callable[[Any], Any]) -> dict[Hashable, Any]:
        """``func`` of the attribute's values in each group."""
        return {key: func(_values(group, attr_name)) for key, group in self.groups.items()}


def _values(group: Any, name: str) -> Any:
    """An attribute of every agent of a group, which is an agent set or a list."""
    return [getattr(agent, name) for agent in group] if isinstance(group, list) else group.get(name)


def positions_by_value(values: np.ndarray) -> dict[Hashable, np.ndarray]:
    """Positions of each distinct value, groups in order of first appearance as in Mesa.

    Keys are Python objects; positions inside a group ascend.
    """
    if values.dtype == object or (values.dtype.kind == "f" and np.isnan(values).any()):
        found: defaultdict[Hashable, list[int]] = defaultdict(list)
        for position, value in enumerate(values.tolist()):
            found[value].append(position)
        return {value: np.array(positions) for value, positions in found.items()}
    codes, keys = pd.factorize(values)
    if len(keys) < 2**15:
        codes = codes.astype(np.int16)  # a stable sort of 16-bit integers is a radix sort
    ordered = np.argsort(codes, kind="stable")
    parts = np.split(ordered, np.cumsum(np.bincount(codes, minlength=len(keys)))[:-1])
    return dict(zip(keys.tolist(), parts, strict=True)) if len(keys) else {}


def stable_order(values: np.ndarray, ascending: bool) -> np.ndarray:
    """Positions in sorted order; equal values keep their order in both directions, as in Mesa."""
    n = len(values)
    if values.dtype == object:
        answers = values.tolist()
        return np.array(sorted(range(n), key=answers.__getitem__, reverse=not ascending), dtype=np.int64)
    if ascending:
        return np.argsort(values, kind="stable")
    return n - 1 - np.argsort(values[::-1], kind="stable")[::-1]

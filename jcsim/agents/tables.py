"""Agent records as tables for outside programs: documented columns, codes as names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from jcsim.agents.fields import Field, derived, unknown
from jcsim.agents.whole import Columns

if TYPE_CHECKING:
    from jcsim.agents.store import RowStore


@dataclass(frozen=True)
class Column:
    """A documented column.

    Attributes
    ----------
    name, unit, definition : what ``info --columns`` prints
    codes : the enumeration of a coded column
    values : whole-column function giving the numbers; the attribute ``name`` itself if None
    labels : function of the model giving the text of each number from 0 (negative: missing), for
        columns coded by something other than an enumeration
    """

    name: str
    unit: str
    definition: str
    codes: type[IntEnum] | None = None
    values: Callable[[Any], np.ndarray] | None = None
    labels: Callable[[Any], Sequence[str]] | None = None

    @property
    def code_text(self) -> str:
        """The codes in words: "0 male, 1 female"; empty if the column is not coded."""
        codes = () if self.codes is None else tuple(self.codes)
        return ", ".join(f"{code.value} {code.name.lower()}" for code in codes)

    def read(self, columns: Columns, codes: bool) -> Any:
        """The column as an array, or as a categorical of names unless ``codes``."""
        values = getattr(columns, self.name) if self.values is None else self.values(columns)
        names = self._names(columns.model)
        return values if codes or names is None else pd.Categorical.from_codes(values, names)

    def _names(self, model: Any) -> list[str] | None:
        if self.codes is not None:
            return [code.name.lower() for code in self.codes]
        return None if self.labels is None else list(self.labels(model))


def frame(store: RowStore, rows: np.ndarray, columns: Iterable[str] | None, codes: bool) -> pd.DataFrame:
    """The table of ``rows``: the documented columns, or those named (also fields and derived values)."""
    documented = {column.name: column for column in store.root.columns}
    whole = Columns(store, rows)
    names = list(documented) if columns is None else list(columns)
    for name in names:
        if name not in documented and not isinstance(getattr(store.root, name, None), Field | derived):
            raise unknown(store.root, name, [*documented, *store.root.fields()], "column")
    return pd.DataFrame(
        {name: documented.get(name, Column(name, "", "")).read(whole, codes) for name in names},
        index=pd.RangeIndex(len(rows)),
    )

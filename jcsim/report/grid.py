"""A table as rows of text, ready to be written down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Grid:
    """A table of text.

    ``words`` leading and ``tail`` trailing columns hold words (set to the left), the rest numbers;
    ``strong`` are the rows that stand out; ``note`` stands under the table.
    """

    title: str
    head: list[str]
    rows: list[list[str]]
    words: int = 1
    note: str = ""
    strong: frozenset[int] = frozenset()
    tail: int = 0

    def is_word(self, column: int) -> bool:
        """Whether a column holds words."""
        return column < self.words or column >= len(self.head) - self.tail


def cell(value: float, digits: int, sign: bool = False) -> str:
    """A number with a fixed number of decimals; a dash when missing."""
    if pd.isna(value):
        return "-"
    return f"{value:+,.{digits}f}" if sign else f"{value:,.{digits}f}"


def text(value: Any) -> str:
    """Anything as a table shows it: four significant digits, whole thousands, a dash when missing."""
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return "-"
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"

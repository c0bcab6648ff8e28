"""A table as rows of text, ready to be written down."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd

SHORT, NAME, LONG = 12, 24, 60  # letters: up to SHORT on one line; above NAME room for a name, above LONG for a text
WIDE = 0x2E80  # a letter from here on is as wide as two


@dataclass(frozen=True)
class Grid:
    """A table of text.

    ``words`` leading and ``tail`` trailing columns hold words (set to the left), the rest numbers;
    ``strong`` are the rows that stand out; ``note`` stands under the table. The last cell of a row with
    fewer cells than the head reaches to the end of the row and holds words.
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

    def reach(self, row: list[str], column: int) -> int:
        """Columns a cell takes: one, or to the end of the row for the last cell of a short row."""
        return len(self.head) - column if column == len(row) - 1 else 1

    @property
    def styles(self) -> list[str]:
        """Classes of every column."""
        return [self.style(column) for column in range(len(self.head))]

    def style(self, column: int) -> str:
        """Classes of a column: ``w`` words, with ``short``, ``name`` or ``long`` by its longest line."""
        if not self.is_word(column):
            return ""
        cells = [row[column] for row in self.rows if column < len(row) and self.reach(row, column) == 1]
        longest = max((_width(line) for text in cells for line in text.split("\n")), default=0)
        sizes = ((LONG, "w long"), (NAME, "w name"), (SHORT, "w"))
        return next((classes for least, classes in sizes if longest > least), "w short")


def _width(line: str) -> int:
    return sum(2 if ord(letter) >= WIDE else 1 for letter in line)


def units(text: str) -> str:
    """``km²`` and ``m²`` where a unit is written ``km2`` or ``m2``."""
    return re.sub(r"\b(k?m)2\b", r"\1²", text)


def cell(value: float | None, digits: int, sign: bool = False) -> str:
    """A number with a fixed number of decimals; a dash when missing. A change too small to show has no sign."""
    if value is None or pd.isna(value):
        return "-"
    value = round(value, digits) or 0.0
    return f"{value:+,.{digits}f}" if sign and value else f"{value:,.{digits}f}"


def ranged(value: float | None, low: float | None, high: float | None, digits: int, sign: bool = True) -> str:
    """A number, and under it the ends of its interval where it has one."""
    ends = "" if low is None or pd.isna(low) else f"[{cell(low, digits, sign)}, {cell(high, digits, sign)}]"
    return "\n".join(filter(None, (cell(value, digits, sign), ends)))


def text(value: Any) -> str:
    """Anything as a table shows it: four significant digits, whole thousands, a dash when missing."""
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return "-"
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"

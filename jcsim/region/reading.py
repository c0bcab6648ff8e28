"""CSV files read row by row: every error says file, line, column, what was given and what is allowed."""

from __future__ import annotations

import csv
import difflib
import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from jcsim.errors import InputError, nearest

NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?")  # float() also takes '1_000' and 'nan'
ALIKE = 0.85  # an unknown column this close to a missing one is a misspelling, not a further column


class Row:
    """One row of a CSV file.

    Attributes
    ----------
    file, line : where it stands
    values : column -> text, stripped
    """

    __slots__ = ("file", "line", "values")

    def __init__(self, file: Path, line: int, values: dict[str, str]) -> None:
        self.file, self.line, self.values = file, line, values

    def error(self, column: str, problem: str, allowed: str | None = None, suggestion: str | None = None) -> InputError:
        """An InputError at this row and column, with what stands there."""
        return InputError(
            problem,
            file=self.file,
            line=self.line,
            field=column,
            given=self.values.get(column, ""),
            allowed=allowed,
            suggestion=suggestion,
        )

    def optional(self, column: str) -> str:
        """Text of a column, '' when it is blank or not in the file."""
        return self.values.get(column, "")

    def text(self, column: str) -> str:
        """Text that may not be blank."""
        value = self.optional(column)
        if not value:
            raise self.error(column, "is blank", "a value")
        return value

    def choice(self, column: str, allowed: Iterable[str]) -> str:
        """One of the allowed names."""
        names = list(allowed)
        value = self.text(column)
        if value not in names:
            shown = ", ".join(names) if len(names) <= 12 else f"one of {len(names)} known names"
            raise self.error(column, "unknown name", shown, nearest(value, names))
        return value

    def number(self, column: str, low: float = -math.inf, high: float = math.inf) -> float:
        """A finite number between ``low`` and ``high``."""
        value = self.text(column)
        if not NUMBER.fullmatch(value):
            raise self.error(column, "is not a number", _interval(low, high))
        number = float(value)
        if not (math.isfinite(number) and low <= number <= high):
            raise self.error(column, "is out of range", _interval(low, high))
        return number

    def number_or_none(self, column: str, low: float = -math.inf, high: float = math.inf) -> float | None:
        """As ``number``; None when the column is blank or not in the file."""
        return self.number(column, low, high) if self.optional(column) else None

    def count(self, column: str, low: int = 0, high: int = 10**12) -> int:
        """A whole number between ``low`` and ``high``."""
        number = self.number(column, low, high)
        if number != math.floor(number):
            raise self.error(column, "is not a whole number", _interval(low, high))
        return int(number)

    def flag(self, column: str) -> bool:
        """0 or 1."""
        value = self.text(column)
        if value not in ("0", "1"):
            raise self.error(column, "is not a flag", "0 or 1")
        return value == "1"


def _interval(low: float, high: float) -> str:
    if high == math.inf:
        return "a number" if low == -math.inf else f"a number of {low:g} or more"
    return f"a number from {low:g} to {high:g}"


def read_table(path: Path, required: Sequence[str], optional: Sequence[str] = ()) -> list[Row]:
    """Rows of a CSV file with a header; columns beyond those named are kept and not looked at.

    Raises
    ------
    InputError
        The file cannot be read, a required column is missing or misspelt, a column stands twice, or a
        row has too few or too many fields.
    """
    lines = _read_lines(path)
    if not lines:
        raise InputError("the file is empty", file=path, allowed=f"a header with {', '.join(required)}")
    header = [name.strip() for name in lines[0][1]]
    _check_header(path, header, required, optional)
    rows = []
    for line, fields in lines[1:]:
        if len(fields) != len(header):
            raise InputError(
                "wrong number of fields in the row",
                file=path,
                line=line,
                given=len(fields),
                allowed=f"{len(header)}, as in the header",
            )
        rows.append(Row(path, line, dict(zip(header, (f.strip() for f in fields), strict=True))))
    return rows


def _read_lines(path: Path) -> list[tuple[int, list[str]]]:
    lines: list[tuple[int, list[str]]] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            start = 1
            for fields in reader:
                if fields:
                    lines.append((start, fields))
                start = reader.line_num + 1
    except FileNotFoundError:
        raise InputError("there is no such file", file=path) from None
    except UnicodeDecodeError:
        raise InputError("the file is not text in UTF-8", file=path) from None
    except OSError as error:
        raise InputError(f"the file cannot be read ({error.strerror})", file=path) from None
    except csv.Error as error:
        raise InputError(f"broken CSV: {error}", file=path, line=len(lines) + 1) from None
    return lines


def _check_header(path: Path, header: list[str], required: Sequence[str], optional: Sequence[str]) -> None:
    for name in header:
        if header.count(name) > 1:
            raise InputError("the column stands twice", file=path, line=1, given=name)
    missing = [name for name in required if name not in header]
    if missing:
        others = [name for name in header if name not in required and name not in optional]
        raise InputError(
            "a column is missing",
            file=path,
            line=1,
            field=missing[0],
            given=nearest(missing[0], others),
            allowed=f"a column {missing[0]!r}",
            suggestion=missing[0] if nearest(missing[0], others) else None,
        )
    absent = [name for name in optional if name not in header]
    for name in header:
        if name not in required and name not in optional:
            alike = difflib.get_close_matches(name, absent, n=1, cutoff=ALIKE)
            if alike:
                raise InputError("unknown column", file=path, line=1, given=name, suggestion=alike[0])


def unique(rows: Iterable[Row], *columns: str) -> None:
    """Refuse two rows with the same value in ``columns``."""
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = tuple(row.text(column) for column in columns)
        if key in seen:
            raise row.error(columns[-1], f"stands twice (first in line {seen[key]})", "a value of its own")
        seen[key] = row.line

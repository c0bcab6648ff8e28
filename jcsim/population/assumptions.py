"""What the census does not say: every number the builder assumes, with its grade and source.

They stand in ``data/population/assumptions.yaml``. An entry is one number, a list, a table of names, or a mapping from
census year to one of these.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, get_args

import yaml

from jcsim.parameters.definitions import Grade

FILE = Path(__file__).parents[1] / "data" / "population" / "assumptions.yaml"
FIELDS = {"value", "unit", "grade", "source"}


@dataclass(frozen=True)
class Assumptions:
    """Assumed values of one census year.

    Attributes
    ----------
    year : census year; entries that differ by census give that year's value
    entries : name -> entry of the file (value, unit, grade, source)
    """

    year: int
    entries: dict[str, dict[str, Any]]

    def _value(self, name: str) -> Any:
        value = self.entries[name]["value"]
        if isinstance(value, dict) and all(isinstance(key, int) for key in value):
            return value[self.year]
        return value

    def grade(self, name: str) -> str:
        """Grade of the evidence for an entry."""
        return str(self.entries[name]["grade"])

    def changed(self, **values: Any) -> Assumptions:
        """The same assumptions with other values of some entries, to see what rests on them."""
        entries = {name: self.entries[name] | {"value": value} for name, value in values.items()}
        return Assumptions(self.year, self.entries | entries)

    def number(self, name: str) -> float:
        """One number."""
        return float(self._value(name))

    def numbers(self, name: str) -> list[float]:
        """A list of numbers."""
        return [float(x) for x in self._value(name)]

    def rows(self, name: str) -> list[list[float]]:
        """A table of numbers, row by row."""
        return [[float(x) for x in row] for row in self._value(name)]

    def table(self, name: str) -> dict[str, Any]:
        """A mapping of names to numbers or lists."""
        return dict(self._value(name))

    def steps(self, name: str, ages: int) -> list[float]:
        """A step function of age, ``{first age: value, ...}`` under ``from_age``, for ages 0 to ages-1."""
        steps = self._value(name)["from_age"]
        values, current = [], 0.0
        for age in range(ages):
            current = float(steps.get(age, current))
            values.append(current)
        return values


@cache
def load_assumptions(year: int) -> Assumptions:
    """The assumptions of one census year.

    Raises
    ------
    ValueError
        An entry of the packaged file lacks its unit, grade or source, or its grade is unknown.
    """
    entries = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    for name, entry in entries.items():
        if set(entry) != FIELDS:
            raise ValueError(f"{FILE.name}: {name} has fields {sorted(entry)}, wants {sorted(FIELDS)}")
        if entry["grade"] not in get_args(Grade):
            raise ValueError(f"{FILE.name}: {name} has the unknown grade {entry['grade']}")
    return Assumptions(year, entries)

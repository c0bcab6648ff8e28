"""World Population Prospects 2022 for China: the national table that local rates are scaled from."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from jcsim.errors import InputError
from jcsim.region.census import ReadOnlyArrays
from jcsim.region.reading import Row, read_table

SEXES = ("male", "female")
MORTALITY_AGES = (0, 1, *range(5, 101, 5))
FERTILITY_AGES = tuple(range(10, 55, 5))
PERIOD = 5


@dataclass(frozen=True, eq=False)
class Demography(ReadOnlyArrays):
    """National demographic table (WPP 2022; years after 2021 are its medium projection).

    Attributes
    ----------
    periods : first years of the five-year periods of ``mortality`` and ``fertility_share``
    mortality : (periods, 2, 22), deaths per person-year by sex (male, female) and age group starting at
        ``mortality_ages`` (0, 1, 5, ... 100)
    fertility_share : (periods, 9), share (0-1) of total fertility at ages starting at ``fertility_ages``
    years : of the yearly arrays below
    total_fertility : (years,), children per woman
    sex_ratio_at_birth : (years,), boys per girl
    life_expectancy : (years, 2), years at birth by sex
    """

    periods: tuple[int, ...]
    mortality: np.ndarray
    fertility_share: np.ndarray
    years: tuple[int, ...]
    total_fertility: np.ndarray
    sex_ratio_at_birth: np.ndarray
    life_expectancy: np.ndarray
    mortality_ages: tuple[int, ...] = MORTALITY_AGES
    fertility_ages: tuple[int, ...] = FERTILITY_AGES

    def period_index(self, year: int) -> int:
        """Row of ``mortality`` and ``fertility_share`` for a calendar year."""
        first, last = self.periods[0], self.periods[-1] + PERIOD - 1
        if not first <= year <= last:
            raise InputError("no death rates for the year", given=year, allowed=f"{first} to {last}")
        return (year - first) // PERIOD

    def year_index(self, year: int) -> int:
        """Row of the yearly arrays for a calendar year."""
        if not self.years[0] <= year <= self.years[-1]:
            raise InputError("no fertility for the year", given=year, allowed=f"{self.years[0]} to {self.years[-1]}")
        return year - self.years[0]


def read_demography(path: Path) -> Demography:
    """Parse the table; every cell of every array must be there exactly once.

    Raises
    ------
    InputError
        A cell is missing, stands twice or is out of range.
    """
    cells: dict[tuple[str, str, str, int], Row] = {}
    variables = (
        "mortality_rate",
        "share_of_fertility_percent",
        "total_fertility_rate",
        "life_expectancy",
        "sex_ratio_at_birth",
    )
    for row in read_table(path, ("variable", "sex", "age", "year", "value")):
        key = (
            row.choice("variable", variables),
            row.optional("sex"),
            row.optional("age"),
            row.count("year", 1900, 2200),
        )
        if key in cells:
            raise row.error("variable", f"stands twice (first in line {cells[key].line})")
        cells[key] = row
    periods = tuple(sorted({key[3] for key in cells if key[0] == "mortality_rate"}))
    years = tuple(sorted({key[3] for key in cells if key[0] == "total_fertility_rate"}))
    _check_steps(path, periods, PERIOD)
    _check_steps(path, years, 1)

    def value(variable: str, sex: str, age: str, year: int, high: float) -> float:
        row = cells.get((variable, sex, age, year))
        if row is None:
            wanted = " ".join(filter(None, (variable, sex, age, str(year))))
            raise InputError("a value is missing", file=path, field=variable, allowed=f"a row for {wanted}")
        return row.number("value", 0.0, high)

    ages = [f"{a}+" if a == MORTALITY_AGES[-1] else str(a) for a in MORTALITY_AGES]
    mothers = [f"{a}-{a + 4}" for a in FERTILITY_AGES]
    return Demography(
        periods=periods,
        mortality=np.array([[[value("mortality_rate", s, a, p, 1.5) for a in ages] for s in SEXES] for p in periods]),
        fertility_share=np.array(
            [[value("share_of_fertility_percent", "female", a, p, 100.0) / 100.0 for a in mothers] for p in periods]
        ),
        years=years,
        total_fertility=np.array([value("total_fertility_rate", "", "", y, 10.0) for y in years]),
        sex_ratio_at_birth=np.array([value("sex_ratio_at_birth", "", "", y, 2.0) for y in years]),
        life_expectancy=np.array([[value("life_expectancy", s, "", y, 120.0) for s in SEXES] for y in years]),
    )


def _check_steps(path: Path, years: tuple[int, ...], step: int) -> None:
    if not years or any(b - a != step for a, b in itertools.pairwise(years)):
        raise InputError("years are missing", file=path, field="year", allowed=f"one every {step} years")

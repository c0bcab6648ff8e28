"""A census table by county, parsed into arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from jcsim.errors import InputError
from jcsim.region.census_columns import (
    AGES,
    BLANK_IS_ZERO,
    LAYOUTS,
    NOT_WORKING,
    OCCUPATIONS,
    Columns,
    Layout,
)
from jcsim.region.reading import Row, read_table, unique

BLANK = ("", "NA")


class ReadOnlyArrays:
    """Arrays of a frozen dataclass stay read-only, after unpickling too."""

    def __post_init__(self) -> None:
        self._lock()

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._lock()

    def _lock(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)


@dataclass(frozen=True, eq=False)
class Census(ReadOnlyArrays):
    """One census by county; the first axis of every array is the county, in order of code.

    Counts are int64 persons or households. Full counts: population, urban, households, education,
    registered elsewhere, hukou population. Counts of the long form (a sample of about one in ten):
    marital, industry, occupation, activity_not_working, housing_source.

    Attributes
    ----------
    year : census year (1 November)
    residents : (counties,), published total
    population : (counties, 2, 19), sex (male, female) x age group of ``age_group_bounds``
    urban : (counties,), residents of urban-coded territory
    family_households, family_persons, one_person : (counties,)
    generations : (counties, 4), family households of 1, 2, 3, 4 and more generations
    with_old : (counties, 3), family households with 1, 2, 3 and more members of 65 and over
    of_15_and_over, workers, sample_households : (counties,), totals of the long form
    marital : (counties, 2, 4), persons of 15 and over in the order of ``records.Marital``
    education : (counties, 2, 6), persons of 6 and over (2010) or 3 and over (2020) in the order of
        ``records.Education``; pre-school (学前教育, 2020) counts as NONE
    industry : (counties, 6), workers in the order of ``records.Sector``; electricity, gas and water are
        MANUFACTURING; research, environment, education, health, culture and administration are PUBLIC
    occupation : (counties, 7), workers in the order of ``occupation_names``
    activity_not_working : (counties, 9), persons of 16 and over who do not work (their total: ``not_working``)
        in the order of ``not_working_names``, or None
    registered_elsewhere : (counties, 3), residents whose hukou is in another township of the county (of the
        city's districts), in another county of the province, in another province
    housing_source : (counties, 6), households in the order of ``records.Tenure``; public rental is 0 (it
        stands under rented), inherited is 0 in 2010
    floor_area_per_person : (counties,), m2
    hukou_population : (counties,) or None
    nonfarm_hukou_share : (counties,), share (0-1) of residents with non-agricultural hukou, or None
    prefecture_residents : published total of the prefecture, None where the table has no such row
    """

    year: int
    residents: np.ndarray
    residents_by_sex: np.ndarray
    population: np.ndarray
    urban: np.ndarray
    family_households: np.ndarray
    family_persons: np.ndarray
    one_person: np.ndarray
    generations: np.ndarray
    with_old: np.ndarray
    of_15_and_over: np.ndarray
    marital: np.ndarray
    education: np.ndarray
    workers: np.ndarray
    industry: np.ndarray
    occupation: np.ndarray
    registered_elsewhere: np.ndarray
    sample_households: np.ndarray
    housing_source: np.ndarray
    floor_area_per_person: np.ndarray
    not_working: np.ndarray | None = None
    activity_not_working: np.ndarray | None = None
    hukou_population: np.ndarray | None = None
    nonfarm_hukou_share: np.ndarray | None = None
    prefecture_residents: int | None = None
    age_group_bounds: tuple[tuple[int, int], ...] = AGES
    occupation_names: tuple[str, ...] = OCCUPATIONS
    not_working_names: tuple[str, ...] = NOT_WORKING

    @property
    def collective_persons(self) -> np.ndarray:
        """Residents of collective quarters, (counties,)."""
        return np.asarray(self.residents - self.family_persons)


def read_census(path: Path, year: int, layout_name: str, counties: Sequence[str], prefecture: str) -> Census:
    """Parse one census table.

    Parameters
    ----------
    path : CSV file as transcribed; other areas than the region's are not looked at
    layout_name : form of the table, a key of ``LAYOUTS``
    counties : county codes in order of index
    prefecture : code of the prefecture, whose row (if any) is a check

    Raises
    ------
    InputError
        A column or county is missing, or a cell is not a count.
    """
    layout = LAYOUTS[layout_name]
    rows = read_table(path, _columns(layout))
    unique(rows, layout.code)
    by_code = {row.text(layout.code): row for row in rows}
    for code, row in by_code.items():
        if code not in counties and code != prefecture:
            raise row.error(layout.code, "the region has no such county", ", ".join(counties))
    missing = [code for code in counties if code not in by_code]
    if missing:
        raise InputError("a county has no row", file=path, field=layout.code, given=missing[0])
    chosen = [by_code[code] for code in counties]
    arrays: dict[str, Any] = {
        name: np.array([_counts(row, columns, name in BLANK_IS_ZERO) for row in chosen], dtype=np.int64)
        for name, columns in layout.counts.items()
    }
    for name, column in layout.numbers.items():
        arrays[name] = np.array([row.number(column, 0.0, 1000.0) for row in chosen])
    for name, column in layout.shares_percent.items():
        arrays[name] = np.array([row.number(column, 0.0, 100.0) / 100.0 for row in chosen])
    city = by_code.get(prefecture)
    total = None if city is None else city.count("合计" if layout_name == "census2010" else "nbs_人口数_合计")
    return Census(year=year, prefecture_residents=total, **arrays)


def _columns(layout: Layout) -> list[str]:
    """Every column a layout reads, in order, without repeats."""

    def flat(columns: Columns) -> list[str]:
        if isinstance(columns, str):
            return [name for name in columns.split("+") if name]
        return [name for part in columns for name in flat(part)]

    names = [layout.code, layout.name]
    for columns in layout.counts.values():
        names += flat(columns)
    names += [*layout.numbers.values(), *layout.shares_percent.values()]
    return list(dict.fromkeys(names))


def _counts(row: Row, columns: Columns, blank_is_zero: bool) -> Any:
    if not isinstance(columns, str):
        return [_counts(row, part, blank_is_zero) for part in columns]
    names = [name for name in columns.split("+") if name]
    return sum(row.count(name) for name in names if not (blank_is_zero and row.optional(name) in BLANK))

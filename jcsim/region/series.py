"""Dated exogenous series: what comes from outside the prefecture."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jcsim.errors import InputError, nearest
from jcsim.frozen import FrozenDict
from jcsim.region.config import GRADES, SeriesNote
from jcsim.region.reading import Row, read_table

VARIANTS = ("low", "mid", "high")
GEOGRAPHIES = ("national", "provincial", "physical", "local", "assumption")
COLUMNS = ("series", "variant", "year", "value", "unit", "geography", "source", "quality")


@dataclass(frozen=True)
class Series:
    """One variant of one exogenous series.

    Attributes
    ----------
    name, variant, title, unit : what it is
    years, values : the dated values, ascending
    geographies : of each value, one of ``GEOGRAPHIES``; an assumption has no geography
    sources, qualities : of each value
    """

    name: str
    variant: str
    title: str
    unit: str
    years: tuple[int, ...]
    values: tuple[float, ...]
    geographies: tuple[str, ...]
    sources: tuple[str, ...]
    qualities: tuple[str, ...]

    @property
    def source(self) -> str:
        """The different sources, joined."""
        return "; ".join(dict.fromkeys(self.sources))

    @property
    def quality(self) -> str:
        """The different evidence grades, joined."""
        return "; ".join(dict.fromkeys(self.qualities))

    def at(self, year: float) -> float:
        """Value in a year, by straight lines between dated values.

        Raises
        ------
        InputError
            The year lies outside the series: it is never extrapolated.
        """
        if not self.years[0] <= year <= self.years[-1]:
            raise InputError(
                f"the series {self.name} has no value for the year",
                field=self.name,
                given=year,
                allowed=f"{self.years[0]} to {self.years[-1]}",
            )
        i = bisect_left(self.years, year)
        known = self.years[i]
        if known == year:
            return self.values[i]
        before, after = self.values[i - 1], self.values[i]
        share = (year - self.years[i - 1]) / (known - self.years[i - 1])
        return before + (after - before) * share


def read_series(path: Path, notes: Mapping[str, SeriesNote]) -> FrozenDict[tuple[str, str], Series]:
    """All series of a file by (name, variant).

    Parameters
    ----------
    notes : the series that ``region.yaml`` lists; the file must hold these and no others

    Raises
    ------
    InputError
        An unknown or incomplete series, a unit other than the listed one, years that do not ascend.
    """
    grouped: dict[tuple[str, str], list[Row]] = {}
    for row in read_table(path, COLUMNS):
        name = row.choice("series", notes)
        if row.text("unit") != notes[name].unit:
            raise row.error("unit", "is not the unit listed in region.yaml", notes[name].unit)
        rows = grouped.setdefault((name, row.choice("variant", VARIANTS)), [])
        if rows and row.count("year") <= rows[-1].count("year"):
            raise row.error("year", "years of a series must ascend", f"a year after {rows[-1].count('year')}")
        rows.append(row)
    for name in notes:
        for variant in VARIANTS:
            if (name, variant) not in grouped:
                raise InputError(
                    f"the series {name} has no rows for the variant {variant}",
                    file=path,
                    field="series",
                    given=name,
                    allowed="rows for low, mid and high",
                    suggestion=nearest(name, {key[0] for key in grouped} - set(notes)),
                )
    return FrozenDict({key: _one(key, rows, notes[key[0]]) for key, rows in grouped.items()})


def _one(key: tuple[str, str], rows: list[Row], note: SeriesNote) -> Series:
    return Series(
        name=key[0],
        variant=key[1],
        title=note.title,
        unit=note.unit,
        years=tuple(row.count("year", 1900, 2200) for row in rows),
        values=tuple(row.number("value", 0.0) for row in rows),
        geographies=tuple(row.choice("geography", GEOGRAPHIES) for row in rows),
        sources=tuple(row.text("source") for row in rows),
        qualities=tuple(row.choice("quality", GRADES) for row in rows),
    )

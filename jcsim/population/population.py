"""A population: persons and households as records, and what is needed to choose among them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

PERSON_POINTERS = ("spouse", "mother")  # rows of persons


@dataclass(frozen=True, eq=False)
class Population:
    """Residents and members away of one census year, 1:1 or a weighted sample.

    Attributes
    ----------
    year : census year
    persons : (n,) records.PERSON; residents first, then candidates for members away
    households : (m,) records.HOUSEHOLD
    village_urban : (towns, villages + 1) int8, records.Urban of each village at the start; column 0 is
        the urban core, -1 where there is no such village
    away_rank : (n,) int32, rank of each candidate for members away, -1 for residents; the first k by
        rank are those kept if k of them are away
    census_size : (m,) int16, members in the census (residents), by which samples are stratified
    quarters : (n,) int8, collective.CollectiveType of each person
    county : (m,) int8 county index of each household
    fit : margins with target and achieved counts (see ``fit.fit_table``)
    """

    year: int
    persons: np.ndarray
    households: np.ndarray
    village_urban: np.ndarray
    away_rank: np.ndarray
    census_size: np.ndarray
    quarters: np.ndarray
    county: np.ndarray
    fit: pd.DataFrame

    ARRAYS = ("persons", "households", "village_urban", "away_rank", "census_size", "quarters", "county")

    @cached_property
    def hash(self) -> str:
        """Hash of all records (16 hex digits)."""
        digest = hashlib.sha256(str(self.year).encode())
        for name in self.ARRAYS:
            array = getattr(self, name)
            for field in array.dtype.names or ("",):
                digest.update(np.ascontiguousarray(array[field] if field else array).tobytes())
        return digest.hexdigest()[:16]

    def select_persons(self, keep: np.ndarray) -> Population:
        """Only the persons in ``keep`` (mask); all households stay, pointers to others become -1."""
        rows = np.flatnonzero(keep)
        persons = self.persons[rows]
        _relabel(persons, PERSON_POINTERS, rows, len(self.persons))
        return replace(self, persons=persons, away_rank=self.away_rank[rows], quarters=self.quarters[rows])

    def select(self, person_rows: np.ndarray, household_rows: np.ndarray) -> Population:
        """The given rows in the given order; every person's household must be among them."""
        persons, households = self.persons[person_rows], self.households[household_rows]
        _relabel(persons, PERSON_POINTERS, person_rows, len(self.persons))
        _relabel(persons, ("household",), household_rows, len(self.households))
        _relabel(households, ("kin",), household_rows, len(self.households))
        if len(persons) and persons["household"].min() < 0:
            raise ValueError("a person's household is not among the rows")
        return replace(
            self,
            persons=persons,
            households=households,
            away_rank=_close_ranks(self.away_rank[person_rows]),
            quarters=self.quarters[person_rows],
            census_size=self.census_size[household_rows],
            county=self.county[household_rows],
        )


def _close_ranks(rank: np.ndarray) -> np.ndarray:
    """The same order of ranks without gaps, -1 kept."""
    away = np.flatnonzero(rank >= 0)
    closed = np.full(len(rank), -1, np.int32)
    closed[away[np.argsort(rank[away], kind="stable")]] = np.arange(len(away), dtype=np.int32)
    return closed


def _relabel(records: np.ndarray, pointers: tuple[str, ...], rows: np.ndarray, n: int) -> None:
    """Pointers to rows of the old table become rows of the new one, -1 where the row is gone."""
    new = np.full(n + 1, -1, np.int32)
    new[rows] = np.arange(len(rows), dtype=np.int32)
    for name in pointers:
        records[name] = new[records[name]]  # -1 reads the last cell, which stays -1

"""A population: persons and households as records, and what is needed to choose among them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import pandas as pd

PERSON_POINTERS = ("spouse", "mother")  # rows of persons


@dataclass(frozen=True, eq=False)
class Population:
    """Residents and members away of one census year, 1:1 or a weighted sample. Its arrays are read-only.

    Attributes
    ----------
    year : census year
    scale : share of the households of the 1:1 population
    candidates : candidates for members away in the 1:1 population
    persons : (n,) records.PERSON; residents first, in order of household, then candidates for members away
    away_rank : (n,) int32, rank of each candidate among all of the 1:1 population, -1 for residents; the
        first k by rank are those kept if k of them are away
    quarters : (n,) int8, collective.CollectiveType of each person
    occupation : (n,) int8, occupation group of residents in the order of ``Census.occupation_names``, -1
        without work and for members away
    households : (m,) records.HOUSEHOLD
    census_size : (m,) int16, members in the census (residents)
    county : (m,) int8, county index
    stratum : (m,) int16, sampling stratum (see ``strata.strata``)
    rank : (m,) int32, place of each household in the keyed order of its stratum, from 0
    village_urban : (towns, villages + 1) int8, records.Urban of each village at the start; column 0 is
        the urban core, -1 where there is no such village
    fit : margins with target and achieved counts (see ``fit.fit_table``)
    """

    year: int
    scale: float
    candidates: int
    persons: np.ndarray
    away_rank: np.ndarray
    quarters: np.ndarray
    occupation: np.ndarray
    households: np.ndarray
    census_size: np.ndarray
    county: np.ndarray
    stratum: np.ndarray
    rank: np.ndarray
    village_urban: np.ndarray
    fit: pd.DataFrame

    OF_PERSONS: ClassVar = ("persons", "away_rank", "quarters", "occupation")
    OF_HOUSEHOLDS: ClassVar = ("households", "census_size", "county", "stratum", "rank")
    ARRAYS: ClassVar = (*OF_PERSONS, *OF_HOUSEHOLDS, "village_urban")

    def __post_init__(self) -> None:
        for name in self.ARRAYS:
            getattr(self, name).setflags(write=False)

    @cached_property
    def hash(self) -> str:
        """Hash of all records (16 hex digits)."""
        digest = hashlib.sha256(f"{self.year} {self.scale} {self.candidates}".encode())
        for name in self.ARRAYS:
            array = getattr(self, name)
            for field in array.dtype.names or ("",):
                digest.update(np.ascontiguousarray(array[field] if field else array).tobytes())
        return digest.hexdigest()[:16]

    def select_persons(self, keep: np.ndarray) -> Population:
        """Only the persons in ``keep`` (mask); all households stay, pointers to others become -1."""
        rows = np.flatnonzero(keep)
        parts: dict[str, Any] = {name: take(getattr(self, name), rows) for name in self.OF_PERSONS}
        _relabel(parts["persons"], PERSON_POINTERS, rows, len(self.persons))
        return replace(self, **parts)

    def select(self, person_rows: np.ndarray, household_rows: np.ndarray) -> Population:
        """The given rows in the given order; every person's household must be among them."""
        parts: dict[str, Any] = {name: take(getattr(self, name), person_rows) for name in self.OF_PERSONS}
        parts |= {name: take(getattr(self, name), household_rows) for name in self.OF_HOUSEHOLDS}
        persons = parts["persons"]
        _relabel(persons, PERSON_POINTERS, person_rows, len(self.persons))
        _relabel(persons, ("household",), household_rows, len(self.households))
        _relabel(parts["households"], ("kin",), household_rows, len(self.households))
        if len(persons) and persons["household"].min() < 0:
            raise ValueError("a person's household is not among the rows")
        return replace(self, **parts)


def take(array: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """``array[rows]`` as whole bytes: for records many times faster, and the padding is copied too."""
    if array.dtype.names is None:
        return np.asarray(array[rows])
    return np.asarray(array.view(f"V{array.dtype.itemsize}")[rows].view(array.dtype))


def _relabel(records: np.ndarray, pointers: tuple[str, ...], rows: np.ndarray, n: int) -> None:
    """Pointers to rows of the old table become rows of the new one, -1 where the row is gone."""
    new = np.full(n + 1, -1, np.int32)
    new[rows] = np.arange(len(rows), dtype=np.int32)
    for name in pointers:
        records[name] = new[records[name]]  # -1 reads the last cell, which stays -1

"""Residents by county, sex and age out of the population table of a result."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from jcsim.errors import InputError
from jcsim.indicators.select import Frame

SEXES = ("male", "female")
AGE_GROUPS = ("0", "1-4", *(f"{age}-{age + 4}" for age in range(5, 85, 5)), "85+")


RURAL = ("rural", "0")  # territory of the population table as a label or a code


def population_counts(
    frame: Frame, scenario: str, region: Any, year: int, *, urban: bool | None = None
) -> np.ndarray | None:
    """Residents by county, sex and 19 age groups from the population table; None when not there.

    ``urban``: only those on urban (True) or rural (False) territory of the year.

    Central run (replicate 0) where it was recorded, else the mean over replicates.

    Raises
    ------
    InputError
        A county, sex or age group the table should not hold.
    """
    table = frame.tables.get("population")
    if table is None:
        return None
    rows = table[(table["scenario"].astype(str) == scenario) & (table["year"] == year)]
    if (rows["replicate"] == 0).any():
        rows = rows[rows["replicate"] == 0]
    if rows.empty:
        return None
    runs = rows["replicate"].nunique()
    if urban is not None:
        rows = rows[rows["urban"].astype(str).isin(RURAL) != urban]
    counts = np.zeros((len(region.counties), len(SEXES), len(AGE_GROUPS)))
    cells = (
        _codes(rows["county"].astype(str), [str(county.code) for county in region.counties]),
        _codes(rows["sex"], SEXES),
        _codes(rows["age_group"], AGE_GROUPS),
    )
    np.add.at(counts, cells, rows["persons"].to_numpy(dtype="f8") / runs)
    return counts


def _codes(column: pd.Series, labels: Any) -> np.ndarray:
    """Places of values among ``labels``; a column of numbers holds the places already."""
    if pd.api.types.is_numeric_dtype(column):
        places = column
    else:
        places = column.astype(str).map({label: place for place, label in enumerate(labels)})
    if places.isna().any() or not places.between(0, len(labels) - 1).all():
        wrong = column[places.isna() | ~places.between(0, len(labels) - 1)].iloc[0]
        raise InputError("the population table holds an unknown code", field=str(column.name), given=wrong)
    return np.asarray(places, dtype="i8")

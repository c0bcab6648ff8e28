"""Measures of a census that are one number per area, in the form the indicators have."""

from __future__ import annotations

from typing import Any

import numpy as np

from jcsim.records import Sector, Sex, Tenure

PLAIN_MEASURES = {  # measure: indicators of the model that add up to it
    "population": ("resident_population",),
    "urban_rate": ("urbanisation_rate",),
    "farm_share": ("farm_employment_share",),
    "households": ("households",),
    "one_person": ("one_person_households",),
    "bought": ("owner_bought_share",),
    "self_built": ("self_built_share",),
    "rented": ("rented_share", "public_rental_share"),  # the census does not tell them apart
    "sex_ratio": ("sex_ratio",),
    "registered_county": ("registered_elsewhere_same_county",),
    "registered_shanxi": ("registered_elsewhere_other_shanxi",),
    "registered_outside": ("registered_elsewhere_other_province",),
}


def plain_measures(census: Any) -> dict[str, np.ndarray]:
    """Measures by name; each an array [prefecture, county 0, county 1, ...], percent or persons."""
    residents = np.asarray(census.population, dtype="f8").sum(axis=(1, 2))
    by_sex = np.asarray(census.population, dtype="f8").sum(axis=2)
    industry = np.asarray(census.industry, dtype="f8")
    tenure = np.asarray(census.housing_source, dtype="f8")
    elsewhere = np.asarray(census.registered_elsewhere, dtype="f8")
    return {
        "population": _total(residents),
        "urban_rate": _share(census.urban, residents),
        "farm_share": _share(industry[:, Sector.FARM], industry.sum(axis=1)),
        "households": _total(census.family_households),
        "one_person": _share(census.one_person, census.family_households),
        "bought": _share(tenure[:, Tenure.BOUGHT], tenure.sum(axis=1)),
        "self_built": _share(tenure[:, Tenure.SELF_BUILT], tenure.sum(axis=1)),
        "rented": _share(tenure[:, Tenure.RENTED], tenure.sum(axis=1)),
        "sex_ratio": _share(by_sex[:, Sex.MALE], by_sex[:, Sex.FEMALE]),
        "registered_county": _total(elsewhere[:, 0]),
        "registered_shanxi": _total(elsewhere[:, 1]),
        "registered_outside": _total(elsewhere[:, 2]),
    }


def _total(counts: Any) -> np.ndarray:
    counts = np.asarray(counts, dtype="f8")
    return np.concatenate([[counts.sum()], counts])


def _share(part: Any, whole: Any) -> np.ndarray:
    share: np.ndarray = 100.0 * _total(part) / _total(whole)
    return share

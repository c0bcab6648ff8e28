"""What the assumptions lead to: figures without a census table, shown so that they can be questioned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from jcsim.population.people import People
from jcsim.records import Activity, HouseholdKind, Hukou, LandUse, Marital, Role, Sex, Urban

AGE_BANDS = (0, 15, 25, 40, 60, 75)
NOTHING = float("nan")
Row = tuple[str, str, str, str, str, float, float]
Figure = tuple[str, str, str, float, float]  # margin, cell, assumption behind it, target, value


def assumed_rows(region: Any, people: People, view: Any) -> list[Row]:
    """Rows (area, margin, cell, assumed, grade, target, achieved) for the prefecture and its towns."""
    figures = [*_by_age(view), *_families(view), *_parents_and_spouses(people, view), *_land(people, view)]
    figures += [*_savings(view), *_away(view)]
    return _towns(region, people, view) + [
        (region.code, margin, cell, "assumed", people.assumptions.grade(basis), target, value)
        for margin, cell, basis, target, value in figures
    ]


def _towns(region: Any, people: People, view: Any) -> list[Row]:
    """Residents of every township by territory against the region's allocation."""
    target = region.town_weights(people.census.year).residents
    urban = (view.persons["urban"] != Urban.RURAL).astype(np.int64)
    counts = np.zeros(target.shape, np.int64)
    np.add.at(counts, (view.persons["residence"], urban), 1)
    return [
        (
            region.places[town].code,
            "residents of townships",
            name,
            "assumed",
            "derived",
            float(target[town, u]),
            float(counts[town, u]),
        )
        for town in range(region.n_towns)
        for u, name in ((0, "rural"), (1, "urban"))
    ]


def _share(part: np.ndarray, whole: np.ndarray) -> float:
    return round(100.0 * int((part & whole).sum()) / max(int(whole.sum()), 1), 3)


def _mean(values: np.ndarray) -> float:
    return round(int(values.sum()) / max(len(values), 1), 3)


def _figure(margin: str, cell: str, basis: str, value: float, target: float = NOTHING) -> Figure:
    return margin, cell, basis, target, float(value)


def _band(low: int, high: int) -> str:
    return f"ages {low}-{high - 1}" if high < 200 else f"ages {low}+"


def _by_age(view: Any) -> Iterator[Figure]:
    """Territory and registration by age; shares in percent."""
    persons, age = view.persons, view.age
    urban = persons["urban"] != Urban.RURAL
    nonfarm = persons["hukou_type"] == Hukou.NON_AGRICULTURAL
    moved = persons["hukou_place"] != persons["residence"]
    for low, high in zip(AGE_BANDS, (*AGE_BANDS[1:], 200), strict=True):
        band = (age >= low) & (age < high)
        cell = _band(low, high)
        yield _figure("urban residents, percent", cell, "urban_age_score", _share(urban, band))
        yield _figure("non-agricultural hukou, percent", cell, "nonfarm_score", _share(nonfarm, band))
        yield _figure("registered elsewhere, percent", cell, "mover_age_score", _share(moved, band))


def _families(view: Any) -> Iterator[Figure]:
    """Households by territory, and who lives alone."""
    persons, homes, age, family = view.persons, view.homes, view.age, view.family
    for name, kind in (("rural", HouseholdKind.RURAL), ("urban", HouseholdKind.URBAN)):
        sizes = view.members[homes["kind"] == kind]
        single = _share(sizes == 1, np.ones(len(sizes), bool))
        yield _figure("persons per family household", name, "urban_score", _mean(sizes))
        yield _figure("one-person households, percent", name, "urban_score", single)
    alone = family & (view.members[persons["household"]] == 1)
    for low, high in ((0, 16), (16, 18), (18, 30), (30, 50), (50, 65), (65, 200)):
        band = family & (age >= low) & (age < high)
        yield _figure("living alone, percent", _band(low, high), "stay_with_parents", _share(alone, band))
    men = _share(persons["sex"] == Sex.MALE, ~family)
    yield _figure("collective residents, percent", "men", "dormitory_men", men)


def _parents_and_spouses(people: People, view: Any) -> Iterator[Figure]:
    """Ties between the members of families, and children born."""
    persons, age, family = view.persons, view.age, view.family
    spouse, mother = (_resident(view, persons[name]) for name in ("spouse", "mother"))
    married = family & (persons["marital"] == Marital.MARRIED)
    for low, high in ((18, 35), (35, 65), (65, 200)):
        absent = _share(spouse < 0, married & (age >= low) & (age < high))
        yield _figure("spouse elsewhere, percent of married", _band(low, high), "together_share", absent)
    wives = np.flatnonzero((spouse >= 0) & (persons["sex"] == Sex.FEMALE))
    gap = _mean(age[spouse[wives]] - age[wives])
    yield _figure("age of husband less age of wife", "mean", "husband_minus_wife", gap)
    children = np.flatnonzero((mother >= 0) & (age < 18))
    gap = _mean(age[mother[children]] - age[children])
    yield _figure("age of mother less age of child", "mean, under 18", "age_at_birth", gap)
    young = family & (age < 16)
    left = (persons["role"] == Role.GRANDCHILD) & (mother < 0)
    for cell, chosen in (("without their mother", mother < 0), ("left with grandparents", left)):
        share = _share(chosen, young)
        yield _figure("children under 16 in families, percent", cell, "household_kind_weights", share)
    women = (persons["sex"] == Sex.FEMALE) & (age >= 15) & (age < 65)
    target = people.assumptions.number("births_per_woman")
    born = _mean(persons["parity"][women])
    yield _figure("children born to women of 15-64", "mean", "births_per_woman", born, target)


def _resident(view: Any, pointers: np.ndarray) -> np.ndarray:
    """Rows of the residents pointed to, -1 for nobody and members away."""
    return np.where(pointers < len(view.persons), pointers, -1)


def _land(people: People, view: Any) -> Iterator[Figure]:
    """Contracted land in 0.01 mu."""
    homes, margin = view.homes, "contracted land, 0.01 mu"
    held = homes["land"].astype(np.int64)
    total = int(held.sum())
    yield _figure(margin, "total", "contracted_land", total, float(people.margins["land"][0]))
    farm = int((view.persons["hukou_type"] == Hukou.AGRICULTURAL).sum())
    each = round(total / max(farm, 1), 1)
    yield _figure(margin, "per resident of agricultural hukou", "land_weights", each)
    for use in LandUse:
        share = round(100.0 * int(held[homes["land_use"] == use].sum()) / max(total, 1), 3)
        yield _figure("contracted land, percent", use.name.lower(), "unfarmed_leased", share)


def _savings(view: Any) -> Iterator[Figure]:
    """Mean and median of the family households of each territory."""
    homes, margin = view.homes, "savings of family households, yuan"
    for name, kind in (("rural", HouseholdKind.RURAL), ("urban", HouseholdKind.URBAN)):
        amounts = np.sort(homes["savings"][homes["kind"] == kind])
        if len(amounts):
            yield _figure(margin, f"{name} mean", "savings_years", _mean(amounts))
            yield _figure(margin, f"{name} median", "savings_years", amounts[len(amounts) // 2])


def _away(view: Any) -> Iterator[Figure]:
    """Candidates for members away."""
    away = view.population.persons[view.population.away_rank >= 0]
    tied = (away["spouse"] >= 0) | (away["mother"] >= 0)
    village = view.homes["kind"][away["household"]] == HouseholdKind.RURAL
    for cell, basis, chosen in (
        ("persons", "other_county_within_prefecture", np.ones(len(away), bool)),
        ("students", "away_students", away["activity"] == Activity.STUDENT_AWAY),
        ("with a spouse or mother known", "away_linked", tied),
        ("of village households", "away_rural_share", village),
    ):
        yield _figure("candidates for members away", cell, basis, int(chosen.sum()))

"""What the assumptions lead to: figures without a census table, shown so that they can be questioned."""

from __future__ import annotations

from typing import Any

import numpy as np

from jcsim.population.people import People
from jcsim.records import Activity, HouseholdKind, Hukou, LandUse, Marital, Sex, Urban

AGE_BANDS = (0, 15, 25, 40, 60, 75)
NOTHING = float("nan")
Row = tuple[str, str, str, str, float, float]


def assumed_rows(region: Any, people: People, view: Any) -> list[Row]:
    """Rows (area, margin, cell, assumed, target, achieved) for the whole prefecture and its towns."""
    rows = [*_towns(region, people, view)]
    rows += [
        (region.code, margin, cell, "assumed", target, value)
        for margin, cell, target, value in _city(people, view)
    ]
    return rows


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
            float(target[town, u]),
            float(counts[town, u]),
        )
        for town in range(region.n_towns)
        for u, name in ((0, "rural"), (1, "urban"))
    ]


def _share(part: np.ndarray, whole: np.ndarray) -> float:
    return round(100.0 * int((part & whole).sum()) / max(int(whole.sum()), 1), 3)


def _city(people: People, view: Any):
    """(margin, cell, target, value) of the prefecture; shares in percent."""
    persons, homes, age = view.persons, view.homes, view.age
    urban = persons["urban"] != Urban.RURAL
    nonfarm = persons["hukou_type"] == Hukou.NON_AGRICULTURAL
    for low, high in zip(AGE_BANDS, (*AGE_BANDS[1:], 200), strict=True):
        band = (age >= low) & (age < high)
        cell = f"ages {low}-{high - 1}" if high < 200 else f"ages {low}+"
        yield "urban residents, percent", cell, NOTHING, _share(urban, band)
        yield "non-agricultural hukou, percent", cell, NOTHING, _share(nonfarm, band)
    yield from _families(people, view)
    women = (persons["sex"] == Sex.FEMALE) & (age >= 15) & (age < 65)
    born = round(int(persons["parity"][women].sum()) / int(women.sum()), 3)
    yield "children born to women of 15-64", "mean", people.assumptions.number("births_per_woman"), born
    held = homes["land"].astype(np.int64)
    yield "contracted land, 0.01 mu", "total", float(people.margins["land"][0]), float(held.sum())
    for use in LandUse:
        here = int(held[homes["land_use"] == use].sum())
        yield "contracted land, percent", use.name.lower(), NOTHING, round(100.0 * here / int(held.sum()), 3)
    away = view.population.persons[view.population.away_rank >= 0]
    yield "candidates for members away", "persons", NOTHING, float(len(away))
    yield (
        "candidates for members away",
        "students",
        NOTHING,
        float((away["activity"] == Activity.STUDENT_AWAY).sum()),
    )
    yield (
        "candidates for members away",
        "with a spouse or mother known",
        NOTHING,
        float(((away["spouse"] >= 0) | (away["mother"] >= 0)).sum()),
    )


def _families(people: People, view: Any):
    """Plausibility of households: sizes, lone children, absent spouses, unknown mothers."""
    persons, homes, age, family = view.persons, view.homes, view.age, view.family
    for name, kind in (("rural", HouseholdKind.RURAL), ("urban", HouseholdKind.URBAN)):
        sizes = view.members[homes["kind"] == kind]
        yield "persons per family household", name, NOTHING, round(int(sizes.sum()) / max(len(sizes), 1), 3)
    alone = family & (view.members[persons["household"]] == 1)
    yield "living alone", "under 16", NOTHING, float((alone & (age < 16)).sum())
    yield "living alone", "16 and 17", NOTHING, float((alone & (age >= 16) & (age < 18)).sum())
    married = family & (persons["marital"] == Marital.MARRIED)
    resident = np.flatnonzero(view.population.away_rank < 0)
    with_spouse = np.isin(persons["spouse"], resident)
    yield "married in families, percent", "spouse elsewhere", NOTHING, _share(~with_spouse, married)
    children = family & (age < 16)
    yield (
        "children under 16 in families, percent",
        "no mother at home",
        NOTHING,
        _share(~np.isin(persons["mother"], resident), children),
    )
    women = homes["kind"][persons["household"]] == HouseholdKind.COLLECTIVE
    yield "collective residents, percent", "men", NOTHING, _share(persons["sex"] == Sex.MALE, women)

"""Invented results in the shape of real ones, for tests of scoreboard, figures and report.

Every number here is made up by formulas; none is a result of the model.
"""

from __future__ import annotations

from functools import cache, lru_cache
from types import SimpleNamespace

import numpy as np
import pandas as pd

from jcsim.indicators.select import Parts
from jcsim.region import load_region

SHARES = {  # indicator: (value at the start, change a year, effect of the plan a year)
    "farm_employment_share": (44.0, -2.4, -0.1), "unemployment_rate": (4.9, 0.02, -0.05),
    "hukou_urban_rate": (43.0, 0.5, 0.4), "hukou_nonfarm_share": (26.0, 0.3, 0.2),
    "income_ratio": (2.45, -0.022, -0.004), "owner_bought_share": (18.0, 1.2, 0.1),
    "pension_cover": (80.0, 1.0, 1.5), "certificate_share": (30.0, 1.0, 2.5),
    "public_rental_occupancy": (70.0, 0.5, 3.0), "land_leased_share": (15.0, 1.0, 0.3),
    "self_built_share": (51.0, -1.0, -0.1), "rented_share": (9.0, 0.1, 0.0), "public_rental_share": (0.5, 0.1, 0.1),
    "gini_urban": (0.35, 0.001, -0.001), "house_price_to_income": (8.0, -0.1, 0.05),
}  # fmt: skip
MONEY = {"income_per_head_real": 28_000.0, "income_female_real": 27_000.0, "income_age_60plus_real": 20_000.0}
MONEY |= {f"income_fifth_{k}_real": 10_000.0 * k for k in range(1, 6)}
RATE_STEP = {"140500": 1.05, "140502": 0.0, "140521": 1.5, "140522": 1.2, "140524": 1.2, "140525": 1.0, "140581": 1.0}
EDGE = 0.36  # share of the urban gain that is relabelled
COLUMNS = ["scenario", "replicate", "year", "area", "area_name", "indicator", "value"]


def result(region, scenarios, start, until, replicates=(0,), scale=1.0, towns=True, seed=7):
    """A result-like object for invented runs of ``scenarios`` from ``start`` to ``until``."""
    noise = np.random.default_rng(seed)
    trajectories = []
    for scenario in scenarios:
        for replicate in replicates:
            luck = 0.0 if replicate == 0 else float(np.random.default_rng(replicate).normal(0.0, 1.0))
            trajectories += _areas(region, scenario, replicate, range(start, until + 1), luck)
            if towns and replicate == 0:
                trajectories += _towns(region, scenario, replicate, range(start, until + 1))
    table = pd.DataFrame(trajectories, columns=COLUMNS)
    tables = {
        "population": _population(region, scenarios, start, until, noise),
        "flows": _flows(region, scenarios, start, until, noise),
    }
    manifest = {"scale": scale, "parameters_label": "prior", "replicates": len(replicates), "seed": 1}
    return SimpleNamespace(trajectories=table, tables=tables, manifest=manifest)


def result_parts(region, draws=24, until=2035):
    """Invented full, ensemble and history parts."""
    pair = ("baseline", "plan")
    return {
        "full": result(region, pair, 2020, until),
        "ensemble": result(region, pair, 2020, until, range(1, draws + 1), 0.02, towns=False),
        "history": result(region, ("history",), 2010, 2021, scale=0.1),
    }


@lru_cache(maxsize=1)
def shared_region():
    """The region of the tests that draw, loaded once."""
    return load_region("jincheng")


@lru_cache(maxsize=1)
def shared_parts():
    """Parts that several test modules draw from: nothing may change them."""
    return Parts.of(result_parts(shared_region(), draws=20, until=2030))


@cache
def shared_figure(name, lang):
    """A figure of the shared parts, drawn once for all test modules."""
    from jcsim.viz.write import FIGURES

    return FIGURES[name](shared_parts(), shared_region(), lang)


def draw_shared(parts, region, lang):
    """Stands for ``jcsim.viz.write.draw`` where a page of the shared parts is written."""
    from jcsim.viz.write import available

    assert parts is shared_parts()
    for name in available(parts):
        yield name, shared_figure(name, lang)


def _areas(region, scenario, replicate, years, luck):
    start = 2010 if years[0] < 2020 else 2020
    census = region.census(start)
    residents = census.population.sum(axis=(1, 2)).astype(float)
    urban = np.asarray(census.urban, dtype=float)
    names = [(str(region.code), region.name_zh, residents.sum(), urban.sum())]
    names += [(str(c.code), c.name_zh, residents[c.index], urban[c.index]) for c in region.counties]
    for code, name, people, in_town in names:
        yield from _area(scenario, replicate, years, luck, (code, name, people, in_town))


def _area(scenario, replicate, years, luck, area):
    code, name, people, in_town = area
    plan = 1.0 if scenario == "plan" else 0.0
    for t, year in enumerate(years):
        since_plan = max(year - 2022, 0) * plan
        residents = people * (1.0 + (0.006 if code == "140502" else -0.006) * t) * (1.0 + 0.001 * luck)
        rate = 100.0 * in_town / people + (RATE_STEP[code] + 0.12 * luck) * t - 0.012 * t * t
        rate = min(rate + (0.07 + 0.03 * luck) * since_plan, 100.0) if code != "140502" else 100.0
        gain = residents * rate / 100.0 - in_town
        values = {
            "resident_population": residents,
            "urban_population": residents * rate / 100.0,
            "urbanisation_rate": rate,
            "urbanisation_rate_constant_territory": rate - EDGE * max(rate - 100.0 * in_town / people, 0.0),
            "persons_moved_to_urban": 0.5 * gain,
            "urban_growth_natural": 0.14 * gain / t if t else 0.0,
            "urban_growth_migration": 0.5 * gain / t if t else 0.0,
            "urban_growth_territory": EDGE * gain / t if t else 0.0,
            "households": residents / 2.6,
            "one_person_households": 12.0 + t,
            "sex_ratio": 102.0 - 0.1 * t,
            "new_urban_jobs": people * (0.0205 + 0.0004 * since_plan + 0.0006 * luck + 0.001 * np.sin(t)),
            "seat_population": people * (0.28 + 0.006 * t + 0.001 * since_plan),
            "urban_income": 40000.0 * 1.06**t,
            "rural_income": 17000.0 * 1.068**t,
            "fiscal_cost": 2.1e8 * plan * (year > 2022),
            "fiscal_cost_real": 2.0e8 * plan * (year > 2022),
            "cost_rights_exit_real": 1.5e8 * plan * (year > 2022),
            "cost_housing_subsidy_real": 0.5e8 * plan * (year > 2022),
            "registered_elsewhere_same_county": people * 0.1,
            "migrants_out": people * 0.06,
            "left_behind_children": people * 0.01,
        }
        values |= {name: level * 1.05**t * (1.0 + 0.001 * since_plan) for name, level in MONEY.items()}
        for indicator, (level, step, effect) in SHARES.items():
            values[indicator] = level + step * t + effect * since_plan + 0.02 * luck * t * abs(step)
        for indicator, value in values.items():
            yield scenario, replicate, year, code, name, indicator, float(value)


def _towns(region, scenario, replicate, years):
    towns = [place for place in region.places if not place.outside]
    for rank, place in enumerate(towns):
        size = 90_000 / (1 + rank % 13) if place.seat else 1_000 + 400 * (rank % 9)
        for t, year in enumerate(years):
            yield scenario, replicate, year, place.code, place.name_zh, "urban_population", size * (1 + 0.02 * t)


def _population(region, scenarios, start, until, noise):
    early, late = (np.asarray(region.census(year).population, dtype=float) for year in (2010, 2020))
    rows = []
    for scenario in scenarios:
        for year in range(start, until + 1):
            wobble = early + (late - early) * min((year - 2010) / 10.0, 1.3) * (1.0 + 0.05 * noise.normal(0, 1, 19))
            wobble = np.maximum(wobble, 0.0)
            for (county, sex, age), persons in np.ndenumerate(wobble):
                for urban in (0, 1):
                    code = region.counties[county].code
                    rows.append((scenario, 0, year, code, urban, sex, age, round(persons / 2)))
    return pd.DataFrame(
        rows, columns=["scenario", "replicate", "year", "county", "urban", "sex", "age_group", "persons"]
    )


def _flows(region, scenarios, start, until, noise):
    counties = [str(county.code) for county in region.counties]
    outside = [place.code for place in region.places if place.outside]
    rows = []
    for scenario in scenarios:
        for year in range(start + 1, until + 1):
            for origin in counties + outside:
                for destination in counties + outside:
                    if origin in outside and destination in outside:
                        continue
                    pull = 9.0 if destination == counties[0] else 1.0
                    persons = 40 * pull * (3 if origin == destination else 1) * noise.uniform(0.3, 1.5)
                    rows.append((scenario, 0, year, origin, destination, round(persons)))
    return pd.DataFrame(rows, columns=["scenario", "replicate", "year", "origin", "destination", "persons"])

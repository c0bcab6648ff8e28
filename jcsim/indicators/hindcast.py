"""The history run beside the census of 2020, and the first projected year beside 2021.

Each row sets model, observed value and a naive rival that knows nothing after 2010 side by side.
Nothing in the run saw these observations.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from jcsim.indicators.cohort import signature
from jcsim.indicators.counts import population_counts
from jcsim.indicators.naive import linear
from jcsim.indicators.observed import PLAIN_MEASURES, plain_measures
from jcsim.indicators.plan import published_value
from jcsim.indicators.select import BASELINE, HISTORY, Frame, Interval, Parts, interval, short_name

START, CENSUS, PUBLISHED = 2010, 2020, 2021
DEATHS_OF = 2015  # period of the national death rates that survive the cohorts of 2010
TIE = 0.05  # two mean errors within 5 % of each other are a tie
GROUPS = {  # group: (title en, title zh, unit)
    "population": ("Resident population", "常住人口", "persons"),
    "urban_rate": ("Urbanisation rate", "城镇化率", "percent"),
    "cohort": ("Net migration of cohorts 2010-20, of survivors", "2010-20年分队列净迁移率", "percent"),
    "farm_share": ("Farm employment share", "农业就业比重", "percent"),
    "households": ("Family households", "家庭户", "households"),
    "one_person": ("One-person households", "一人户比重", "percent"),
    "bought": ("Households in a bought dwelling", "住房为购买的家庭户比重", "percent"),
    "self_built": ("Households in a self-built dwelling", "住房为自建的家庭户比重", "percent"),
    "rented": ("Households renting, public rental included", "住房为租赁的家庭户比重（含公租房）", "percent"),
    "sex_ratio": ("Sex ratio (males per 100 females)", "性别比（女=100）", "ratio"),
    "registered_county": ("Registered in another township of the county", "户口在本县其他乡镇", "persons"),
    "registered_shanxi": ("Registered elsewhere in Shanxi", "户口在本省其他县", "persons"),
    "registered_outside": ("Registered in another province", "户口在省外", "persons"),
    "population_2021": ("Resident population", "常住人口", "persons"),
    "urban_rate_2021": ("Urbanisation rate", "城镇化率", "percent"),
}
COLUMNS = (
    "group", "scenario", "area", "area_en", "area_zh", "band", "year", "unit", "model", "low", "high",
    "observed", "difference", "naive", "naive_difference", "naive_rule", "scored",
)  # fmt: skip
COUNTS = ("persons", "households")  # units shown in thousands, or whole
SKILL_COLUMNS = ("group", "scenario", "year", "rows", "model_error", "naive_error", "closer")


def hindcast(result_parts: Any, region: Any) -> pd.DataFrame:
    """Model, observed, difference and naive rival, row by row.

    Parameters
    ----------
    result_parts : mapping or Parts
        ``history`` is set beside the census of 2020 and 2021; the projection's ``baseline`` beside 2021.
    region : Region
        Gives both censuses, counties and code.

    Returns
    -------
    DataFrame
        ``COLUMNS``. ``scored`` is False for the prefecture (the sum of its counties) and for the rate of
        城区, which is 100 by definition. A value the run did not record is NaN.
    """
    parts = Parts.of(result_parts)
    rows: list[dict[str, Any]] = []
    if parts.history is not None:
        rows += _plain(parts.history, region)
        rows += _cohorts(parts.history, region)
        rows += _published(parts.history, HISTORY, region)
    if BASELINE in parts.projection.scenarios:
        rows += _published(parts.projection, BASELINE, region)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    for name in ("model", "low", "high", "observed", "naive"):
        table[name] = table[name].astype("float64")
    table["difference"] = table["model"] - table["observed"]
    table["naive_difference"] = table["naive"] - table["observed"]
    order = {name: place for place, name in enumerate(GROUPS)}
    return table.sort_values("group", key=lambda names: names.map(order), kind="stable", ignore_index=True)


def skill(table: pd.DataFrame) -> pd.DataFrame:
    """Mean absolute error of model and naive rival by group and scenario; a tie is called a tie.

    Returns
    -------
    DataFrame
        group, scenario, year, rows, model_error, naive_error, closer (``model``, ``naive`` or ``tie``).
    """
    counted = table[table["scored"] & table["model"].notna() & table["naive"].notna()]
    rows = []
    for (group, scenario), part in counted.groupby(["group", "scenario"], sort=False):
        model, rival = part["difference"].abs().mean(), part["naive_difference"].abs().mean()
        tie = abs(model - rival) <= TIE * max(model, rival)
        closer = "tie" if tie else ("model" if model < rival else "naive")
        rows.append((group, scenario, int(part["year"].iloc[0]), len(part), model, rival, closer))
    return pd.DataFrame(rows, columns=list(SKILL_COLUMNS))


def render_text(table: pd.DataFrame, *, untuned: bool = True, lang: str = "en") -> str:
    """The hindcast for a terminal; see :func:`jcsim.indicators.hindcast_text.render_hindcast`."""
    from jcsim.indicators.hindcast_text import render_hindcast

    return render_hindcast(table, untuned=untuned, lang=lang)


def _areas(region: Any) -> list[tuple[str, str, str]]:
    """(code, English, Chinese) of the prefecture and its counties."""
    return [
        (str(region.code), region.name_en, region.name_zh),
        *((str(county.code), short_name(county.name_en), county.name_zh) for county in region.counties),
    ]


def _row(group: str, scenario: str, area: tuple[str, str, str], year: int, **values: Any) -> dict[str, Any]:
    empty = dict.fromkeys(COLUMNS) | {"band": "", "scored": True, "unit": GROUPS[group][2]}
    return empty | {
        "group": group, "scenario": scenario, "year": year,
        "area": area[0], "area_en": area[1], "area_zh": area[2], **values,
    }  # fmt: skip


def _ends(frame: Frame, scenario: str, indicators: tuple[str, ...], area: str, year: int) -> Interval:
    found = [frame.draws(scenario, name, area) for name in indicators]
    if any(year not in draws.index for draws in found):
        return Interval()
    return interval(sum((draws.loc[year] for draws in found[1:]), start=found[0].loc[year]))


def _value(frame: Frame, scenario: str, indicators: tuple[str, ...], area: str, year: int) -> float | None:
    """Sum of the central values; None where one was not recorded."""
    values = [frame.value(scenario, name, area, year) for name in indicators]
    return None if None in values else sum(value for value in values if value is not None)


def _plain(frame: Frame, region: Any) -> Iterator[dict[str, Any]]:
    """Rows of measures that are one number per area, beside the census of 2020."""
    early, late = plain_measures(region.census(START)), plain_measures(region.census(CENSUS))
    for group, indicators in PLAIN_MEASURES.items():
        for place, area in enumerate(_areas(region)):
            model = _value(frame, HISTORY, indicators, area[0], CENSUS)
            spread = _ends(frame, HISTORY, indicators, area[0], CENSUS)
            naive, rule = _rival_of_2010(group, area[0], early[group][place], CENSUS)
            yield _row(
                group, HISTORY, area, CENSUS, model=model, low=spread.low, high=spread.high,
                observed=late[group][place], naive=naive, naive_rule=rule,
                scored=place > 0 and not (group == "urban_rate" and late[group][place] == 100.0),
            )  # fmt: skip


def _rival_of_2010(measure: str, area: str, value: float, year: int) -> tuple[float, str]:
    """What somebody with the censuses of 2000 and 2010 would say of a later year, and by which rule."""
    earlier = published_value("resident_population", area, 2000) if measure == "population" else None
    if earlier is None:
        return value, "no change since 2010"
    return linear(earlier, 2000, value, START, year), "straight line through the censuses of 2000 and 2010"


def _cohorts(frame: Frame, region: Any) -> Iterator[dict[str, Any]]:
    """Rows of the cohort signature by area and age band; the naive rival is no migration."""
    early, late = (np.asarray(region.census(year).population, dtype="f8") for year in (START, CENSUS))
    model = population_counts(frame, HISTORY, region, CENSUS)
    rates = region.demography.mortality[region.demography.period_index(DEATHS_OF)]
    observed = signature(_with_total(early), _with_total(late), rates)
    simulated = None if model is None else signature(_with_total(early), _with_total(model), rates)
    for band, (_, percent) in observed.items():
        for place, area in enumerate(_areas(region)):
            yield _row(
                "cohort", HISTORY, area, CENSUS, band=band,
                model=None if simulated is None else simulated[band][1][place],
                observed=percent[place], naive=0.0, naive_rule="no migration: cohorts of 2010 survived",
                scored=place > 0,
            )  # fmt: skip


def _with_total(counts: np.ndarray) -> np.ndarray:
    """Areas of :func:`_areas`: the prefecture first, then its counties."""
    return np.concatenate([counts.sum(axis=0, keepdims=True), counts])


def _published(frame: Frame, scenario: str, region: Any) -> Iterator[dict[str, Any]]:
    """Rows of 2021: published population and urban rate beside one scenario."""
    early, late = plain_measures(region.census(START)), plain_measures(region.census(CENSUS))
    measures = (("population_2021", "resident_population", "population"),
                ("urban_rate_2021", "urbanisation_rate", "urban_rate"))  # fmt: skip
    for group, indicator, measure in measures:
        for place, area in enumerate(_areas(region)):
            seen = published_value(indicator, area[0], PUBLISHED)
            if seen is None:
                continue
            model = frame.value(scenario, indicator, area[0], PUBLISHED)
            spread = _ends(frame, scenario, (indicator,), area[0], PUBLISHED)
            first, last = early[measure][place], late[measure][place]
            if scenario == HISTORY:
                naive, rule = _rival_of_2010(measure, area[0], first, PUBLISHED)
            else:
                rule = "straight line through the censuses of 2010 and 2020"
                naive = linear(first, START, last, CENSUS, PUBLISHED)
            yield _row(
                group, scenario, area, PUBLISHED, model=model, low=spread.low, high=spread.high, observed=seen,
                naive=naive, naive_rule=rule, scored=place > 0 and not (measure == "urban_rate" and seen == 100.0),
            )  # fmt: skip

"""The plan's targets, the published history and how each target is measured.

Read by the scoreboard, the hindcast, figures and report only: no run of the model reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import pandas as pd

from jcsim.errors import InputError
from jcsim.indicators.naive import URBAN_RULES, linear, urban_trends

PREFECTURE = "140500"
TARGET_YEAR = 2025  # of every target of the plan
PUBLISHED_FACTOR = {"10k persons": 1e4, "10k persons per year": 1e4}  # published unit to the catalogue's
UNITS_ZH = {
    "percent": "%",
    "10k persons per year": "万人/年",
    "ratio": "比值",
    "km/km2": "公里/平方公里",
    "compounds": "个",
    "qualitative": "定性",
    "km2": "平方公里",
    "persons": "人",
    "per 1000": "每千人",
}


def _read(name: str) -> pd.DataFrame:
    with files("jcsim").joinpath("data", "plan", name).open(encoding="utf8") as file:
        return pd.read_csv(file, dtype=str, keep_default_na=False)


@lru_cache(maxsize=1)
def targets() -> pd.DataFrame:
    """The 29 targets in the plan's order; every column is text, blanks are empty."""
    return _read("targets.csv")


@lru_cache(maxsize=1)
def measures() -> pd.DataFrame:
    """How each target is measured, indexed by target id; text."""
    return _read("measures.csv").set_index("id")


@lru_cache(maxsize=1)
def history() -> pd.DataFrame:
    """Published values: area_code, year (text), id, value (float, unit of the catalogue), unit, quality, source.

    Counts printed in ten thousands are given in persons.
    """
    table = _read("history.csv")
    factor = table["unit"].map(PUBLISHED_FACTOR).fillna(1.0)
    return table.assign(value=table["value"].astype(float) * factor)


def published(indicator: str, area: str = PREFECTURE) -> pd.DataFrame:
    """Published values of one indicator and area, single years only, ``year`` as int, sorted."""
    table = history()
    rows = table[(table["id"] == indicator) & (table["area_code"] == area) & table["year"].str.isdigit()]
    return rows.assign(year=rows["year"].astype(int)).sort_values("year", kind="stable")


def published_value(indicator: str, area: str, year: int) -> float | None:
    """The published value of a year, or None; the first where a source disagrees with itself."""
    rows = published(indicator, area)
    rows = rows[rows["year"] == year]
    return None if rows.empty else float(rows["value"].iloc[0])


@dataclass(frozen=True)
class Trend:
    """A naive trend's value with the rule in words; ``value`` None where there is no trend."""

    value: float | None
    rule_en: str
    rule_zh: str


def naive_trend(target: str, year: int) -> Trend:
    """The naive trend that stands beside a target in ``year``, from published values only.

    ``naive`` of the measure is ``urban_rate`` (four rules through 2010 and 2021), ``line:ID:A:B`` (straight
    line through the published values of ID in the years A and B) or empty.

    Raises
    ------
    InputError
        An unknown rule in the measures file.
    """
    measure = measures().loc[target]
    rule = measure["naive"]
    if not rule:
        return Trend(None, measure["naive_reason_en"], measure["naive_reason_zh"])
    if rule == "urban_rate":
        return _urban_trend(year)
    kind, _, rest = rule.partition(":")
    if kind != "line":
        raise InputError("unknown naive trend", file="measures.csv", field=target, given=rule)
    indicator, *years = rest.split(":")
    first, last = (int(part) for part in years)
    values = [_needed_value(indicator, when) for when in (first, last)]
    value = linear(values[0], first, values[1], last, year)
    return Trend(
        value,
        f"straight line through {values[0]:g} ({first}) and {values[1]:g} ({last})",
        f"{first}年{values[0]:g}与{last}年{values[1]:g}的直线外推",
    )


def _needed_value(indicator: str, year: int) -> float:
    value = published_value(indicator, PREFECTURE, year)
    if value is None:
        raise InputError("no published value for a trend", file="history.csv", field=indicator, given=year)
    return value


def _urban_trend(year: int) -> Trend:
    ends = [_needed_value("urbanisation_rate", when) for when in (2010, 2021)]
    trends = urban_trends(ends[0], 2010, ends[1], 2021, year)
    names_en = {"urgd": "constant growth difference", "un": "UN rule", "logistic": "logistic to 80 %"}
    others_en = ", ".join(f"{names_en[name]} {trends[name]:.2f}" for name in URBAN_RULES[1:])
    names_zh = {"urgd": "城乡增长率差不变", "un": "联合国法", "logistic": "上限80%逻辑曲线"}
    others_zh = "，".join(f"{names_zh[name]}{trends[name]:.2f}" for name in URBAN_RULES[1:])
    return Trend(
        trends["linear"],
        f"straight line through 2010 and 2021 (others: {others_en})",
        f"2010年与2021年直线外推（其他：{others_zh}）",
    )

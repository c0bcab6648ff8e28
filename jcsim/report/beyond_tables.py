"""Tables beyond the targets: moves, land, dwellings, services, incomes, and who gains."""

from __future__ import annotations

from typing import Any

from jcsim.indicators.catalogue import Indicator
from jcsim.indicators.catalogue import indicator as entry_of
from jcsim.indicators.select import Frame
from jcsim.report.grid import Grid
from jcsim.viz.style import Words

TABLES = (
    ("Members away and left behind", "外出与留守", (
        "migrants_within", "migrants_within_alone", "migrants_within_couple", "migrants_within_with_children",
        "migrants_out", "migrants_out_alone", "migrants_out_couple", "migrants_out_with_children", "students_away",
        "left_behind_children", "left_behind_old")),
    ("Land and farming", "土地与农业", (
        "farm_employment_share", "land_leased_share", "land_idle_share", "land_exited_share", "homestead_idle_share",
        "homestead_exited_share")),
    ("Dwellings", "住房", (
        "owner_bought_share", "rented_share", "second_homes_in_town", "vacant_dwellings", "vacancy_rate",
        "house_price_real", "house_price_to_income")),
    ("Schools and emptying townships", "学位与人口流失乡镇", (
        "school_places", "school_place_cover", "minutes_to_seat", "emptying_townships", "emptying_residents",
        "emptying_share_0_14", "emptying_share_65plus", "emptying_minutes_to_seat")),
    ("Incomes and inequality", "收入与差距", (
        "urban_income_real", "rural_income_real", "income_per_head_real", "gini_urban", "gini_rural")),
)  # fmt: skip
GROUPS = (
    *(f"income_fifth_{k}_real" for k in range(1, 6)),
    *(f"income_{name}_real" for name in ("female", "male", "age_0_15", "age_16_34", "age_35_59", "age_60plus")),
)
DIGITS = {"percent": 1, "ratio": 3, "minutes": 1, "years of income": 1}


def beyond_grids(frame: Frame, base: str, case: str, year: int, area: str, say: Words) -> list[Grid]:
    """One table a theme: start, both scenarios in ``year`` and in the last year, and the effect."""
    years = sorted({year, frame.years[-1]})
    grids = []
    for title_en, title_zh, names in TABLES:
        rows = [row for name in names if (row := _row(frame, base, case, years, area, entry_of(name), say))]
        grids.append(Grid(say(title_en, title_zh), _head(frame, base, case, years, say), rows, 2))
    return grids


def destination_grid(frame: Frame, base: str, case: str, year: int, region: Any, say: Words) -> Grid:
    """Workers away by where they live: counties of the prefecture, then outside places."""
    years = sorted({year, frame.years[-1]})
    places = [(str(county.code), say.name(county), "migrants_living_here") for county in region.counties]
    places += [(str(place.code), say.name(place), "migrants_out") for place in region.places if place.outside]
    rows = []
    for code, name, indicator in places:
        row = _row(frame, base, case, years, code, entry_of(indicator), say)
        if row:
            rows.append([name, *row[1:]])
    title = say("Workers away by where they live", "外出务工人口按居住地")
    return Grid(title, _head(frame, base, case, years, say), rows, 2)


def gains_grid(frame: Frame, base: str, case: str, year: int, region: Any, say: Words) -> Grid:
    """Income per head by fifth, sex, age and county: the case beside the base, in percent."""
    entries = [(entry_of(name), str(region.code), _group(entry_of(name), say)) for name in GROUPS]
    entries += [(entry_of("income_per_head_real"), str(thing.code), say.name(thing)) for thing in region.counties]
    years = sorted({year, frame.years[-1]})
    rows = []
    for entry, area, name in entries:
        cells: list[str] = []
        for when in years:
            first, second = (frame.value(scenario, entry.id, area, when) for scenario in (base, case))
            if not first or second is None:
                break
            cells += [f"{first:,.0f}", f"{second:,.0f}", f"{100.0 * (second / first - 1.0):+.2f}"]
        if len(cells) == 3 * len(years):
            rows.append([name, *cells])
    names = (say.scenario(base), say.scenario(case), say("effect, %", "差异（%）"))
    head = ["", *(f"{when}\n{name}" for when in years for name in names)]
    note = say(
        "Groups are those of each scenario, not the same persons followed: somebody who rises leaves the poorest fifth.",
        "分组按各情景当年构成，并非追踪同一批人：收入上升者会离开最低组。",
    )
    return Grid(
        say("Who gains: income per head, yuan of 2020", "谁受益：人均可支配收入（元，2020年价）"), head, rows, 1, note
    )


def _group(entry: Indicator, say: Words) -> str:
    """The group of an income indicator: its title between the first comma (colon) and the price year."""
    title = say(entry.title_en.replace(", 2020 yuan", ""), entry.title_zh.replace("（2020年价）", ""))
    return title.partition(say(", ", "："))[2]


def _head(frame: Frame, base: str, case: str, years: list[int], say: Words) -> list[str]:
    names = (say.scenario(base), say.scenario(case), say("effect", "差异"))
    columns = [f"{year}\n{name}" for year in years for name in names]
    return [say("indicator", "指标"), say("unit", "单位"), str(frame.years[0]), *columns]


def _row(
    frame: Frame, base: str, case: str, years: list[int], area: str, entry: Indicator, say: Words
) -> list[str] | None:
    """Start, then base, case and effect of each year; None where nothing was recorded."""
    digits = DIGITS.get(entry.unit, 0)
    start = frame.value(base, entry.id, area, frame.years[0])
    cells, found = [_text(start, digits)], start is not None
    for year in years:
        first, second = (frame.value(scenario, entry.id, area, year) for scenario in (base, case))
        effect = None if first is None or second is None else second - first
        cells += [_text(first, digits), _text(second, digits), _text(effect, max(digits, 2) if digits else 0, True)]
        found = found or first is not None or second is not None
    return [say(entry.title_en, entry.title_zh), say(entry.unit, entry.unit_zh), *cells] if found else None


def _text(value: float | None, digits: int, sign: bool = False) -> str:
    if value is None:
        return "-"
    value = round(value, digits) or 0.0  # a change too small to show has no sign
    return f"{value:+,.{digits}f}" if sign and value else f"{value:,.{digits}f}"

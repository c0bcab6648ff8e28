"""Tables beyond the targets: moves, land, dwellings, services, incomes, and who gains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jcsim.indicators.catalogue import Indicator
from jcsim.indicators.catalogue import indicator as entry_of
from jcsim.indicators.select import Change, Paired, Parts, difference, in_year, paired, percent_change
from jcsim.report.grid import Grid, cell, ranged
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


COUNT, OF_THEM = "emptying_townships", "emptying_"  # with no such township nothing can be said of them
BEGIN_AT_ZERO = frozenset({  # not observed at the start
    "migrants_within", "migrants_within_alone", "migrants_within_couple", "migrants_within_with_children",
    "migrants_living_here", "migrants_out_with_children", "second_homes_in_town"})  # fmt: skip
START_EN = (
    "Not every start is observed. Workers away inside the prefecture, children who live with parents away and second "
    "homes in town begin at zero, because no census table links them to a household: their start is shown as a dash, and "
    "their first years are the model filling up, not a trend. The numbers of workers and students away outside the "
    "prefecture, the split of land into farmed, leased and idle, idle homesteads, vacant dwellings and school places begin "
    "at assumed levels, and what follows from them (left-behind children and old people) does too."
)
START_ZH = (
    "并非所有起始值都有观测。市内异地务工人口、随外出父母居住的子女和第二套城镇住房没有普查表与家庭对应，从零开始：起始值以横线表示，"
    "最初几年的上升是模型逐步填充，并非趋势。市外务工与就读人数，土地自耕、流转与闲置的划分，闲置宅基地，空置住房和学位均以假设水平起步；"
    "由此得出的留守儿童与留守老人亦然。"
)


@dataclass(frozen=True)
class Compared:
    """The runs set beside each other and the years shown; a scenario that was not run has no column."""

    parts: Parts
    base: str
    case: str
    year: int

    @property
    def years(self) -> list[int]:
        """The targets' year and the last one."""
        return sorted({self.year, self.parts.projection.years[-1]})

    @property
    def sides(self) -> list[str]:
        return [name for name in (self.base, self.case) if name in self.parts.projection.scenarios]

    def head(self, say: Words) -> list[str]:
        """Names of the columns of numbers: the sides of every year, and their effect where there are two."""
        names = [say.scenario(name) for name in self.sides] + [say("effect", "差异")] * (len(self.sides) == 2)
        return [f"{year}\n{name}" for year in self.years for name in names]

    def value(self, scenario: str, name: str, area: str, year: int) -> float | None:
        """Central value; None for what is said of emptying townships where there is none to show."""
        frame = self.parts.projection
        if name.startswith(OF_THEM) and name != COUNT and not round(frame.value(scenario, COUNT, area, year) or 0.0):
            return None
        return frame.value(scenario, name, area, year)

    def effect(self, name: str, area: str, year: int, change: Change = difference) -> Paired:
        """Case against base with its interval."""
        return paired(self.parts, self.base, self.case, in_year(name, area, year), change)


def beyond_grids(compared: Compared, area: str, say: Words) -> list[Grid]:
    """One table a theme: start, both scenarios in the targets' and in the last year, and the effect."""
    grids = []
    for title_en, title_zh, names in TABLES:
        rows = [row for name in names if (row := _row(compared, area, entry_of(name), say))]
        grids.append(Grid(say(title_en, title_zh), _head(compared, say), rows, 2))
    return grids


def destination_grid(compared: Compared, region: Any, say: Words) -> Grid:
    """Workers away by where they live: counties of the prefecture, then outside places."""
    places = [(str(county.code), say.name(county), "migrants_living_here") for county in region.counties]
    places += [(str(place.code), say.name(place), "migrants_out") for place in region.places if place.outside]
    rows = []
    for code, name, indicator in places:
        row = _row(compared, code, entry_of(indicator), say)
        if row:
            rows.append([name, *row[1:]])
    return Grid(say("Workers away by where they live", "外出务工人口按居住地"), _head(compared, say), rows, 2)


def gains_grid(compared: Compared, region: Any, say: Words) -> Grid:
    """Income per head by fifth, sex, age and county: the case beside the base, in percent."""
    entries = [(entry_of(name), str(region.code), _group(entry_of(name), say)) for name in GROUPS]
    entries += [(entry_of("income_per_head_real"), str(thing.code), say.name(thing)) for thing in region.counties]
    rows = []
    for entry, area, name in entries:
        cells: list[str] = []
        for year in compared.years:
            values = [compared.value(scenario, entry.id, area, year) for scenario in compared.sides]
            if len(values) < 2 or None in values:
                break
            change = compared.effect(entry.id, area, year, percent_change)
            cells += [*(cell(value, 0) for value in values), ranged(change.value, change.low, change.high, 2)]
        if len(cells) == 3 * len(compared.years):
            rows.append([name, *cells])
    names = (*(say.scenario(name) for name in compared.sides), say("effect, %", "差异（%）"))
    head = ["", *(f"{year}\n{name}" for year in compared.years for name in names)]
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


def _head(compared: Compared, say: Words) -> list[str]:
    start = str(compared.parts.projection.years[0])
    return [say("indicator", "指标"), say("unit", "单位"), start, *compared.head(say)]


def _row(compared: Compared, area: str, entry: Indicator, say: Words) -> list[str] | None:
    """Start, then each scenario and the effect of each year; None where nothing was recorded."""
    digits = DIGITS.get(entry.unit, 0)
    finer = max(digits, 2) if digits else 0
    start = compared.value(compared.sides[0], entry.id, area, compared.parts.projection.years[0])
    found = [start]
    cells = [cell(None if entry.id in BEGIN_AT_ZERO and not start else start, digits)]
    for year in compared.years:
        values = [compared.value(scenario, entry.id, area, year) for scenario in compared.sides]
        cells += [cell(value, digits) for value in values]
        found += values
        if len(values) == 2:
            known = None not in values
            change = compared.effect(entry.id, area, year) if known else Paired()
            cells.append(ranged(change.value, change.low, change.high, finer))
    if all(value is None for value in found):
        return None
    return [say(entry.title_en, entry.title_zh), say(entry.unit, entry.unit_zh), *cells]

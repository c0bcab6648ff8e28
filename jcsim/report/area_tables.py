"""Tables by area: the hindcast beside observations, and counties over the projection."""

from __future__ import annotations

from typing import Any

import pandas as pd

from jcsim.indicators.catalogue import UNIT_ZH
from jcsim.indicators.catalogue import indicator as entry_of
from jcsim.indicators.hindcast import COUNTS, GROUPS
from jcsim.indicators.hindcast_text import RULES_ZH
from jcsim.indicators.select import Parts
from jcsim.report.grid import Grid, cell
from jcsim.viz.style import Words, projected
from jcsim.viz.trajectories import unit_factor, unit_text

COUNTY_INDICATORS = (
    "resident_population", "urbanisation_rate", "urbanisation_rate_constant_territory", "income_ratio",
    "farm_employment_share", "unemployment_rate",
)  # fmt: skip


def skill_grid(skill: pd.DataFrame, say: Words) -> Grid:
    """Mean absolute error of model and naive rival."""
    closer = {"model": say("model", "模型"), "naive": say("naive rival", "简单趋势"), "tie": say("tie", "相当")}
    rows = []
    for _, row in skill.iterrows():
        digits = 0 if GROUPS[row["group"]][2] in COUNTS else 2
        errors = [f"{row[name]:,.{digits}f}" for name in ("model_error", "naive_error")]
        name = _titled(row["group"], say)
        run = say.scenario(row["scenario"])
        rows.append([name, run, str(row["year"]), str(row["rows"]), *errors, closer[row["closer"]]])
    head = [say("measure", "指标"), say("run", "模拟"), say("year", "年份"), say("values", "个数"),
            say("mean error, model", "模型平均误差"), say("mean error, naive", "简单趋势平均误差"),
            say("closer", "更接近者")]  # fmt: skip
    note = say(
        "Absolute errors over counties (not the prefecture, not the rate of Chengqu, which is 100 by definition). Six to "
        "54 values that move together: a description, not a test.",
        "按县计算的绝对误差（不含全市，也不含恒为100的城区城镇化率）。数值少且相互关联：仅为描述，不是检验。",
    )
    return Grid(say("Who is closer", "谁更接近观测"), head, rows, 2, note)


def _titled(group: str, say: Words) -> str:
    """Name of a measure with its unit, unless the name says it."""
    title_en, title_zh, unit = GROUPS[group]
    if unit == "ratio" or title_en.lower().endswith(unit):
        return say(title_en, title_zh)
    return say(f"{title_en}, {unit}", f"{title_zh}（{UNIT_ZH[unit]}）")


def hindcast_grids(table: pd.DataFrame, say: Words) -> list[Grid]:
    """One grid a measure and run: areas across, model, observed, difference and naive down."""
    grids = []
    for (group, scenario), part in table.groupby(["group", "scenario"], sort=False):
        title = f"{_titled(group, say)} ({int(part['year'].iloc[0])}, {say.scenario(scenario)})"
        grids.append(_cohorts(part, title, say) if group == "cohort" else _measure(part, title, group, say))
    return grids


def _measure(part: pd.DataFrame, title: str, group: str, say: Words) -> Grid:
    digits = 0 if GROUPS[group][2] in COUNTS else 1
    lines = (("model", "模型"), ("observed", "观测"), ("difference", "差"), ("naive", "简单趋势"))
    rows = [[say(*line), *(cell(value, digits, line[0] == "difference") for value in part[line[0]])] for line in lines]
    head = ["", *part[f"area_{say.lang}"]]
    rule = part["naive_rule"].iloc[0]
    return Grid(title, head, rows, 1, say(f"Naive: {rule}.", f"简单趋势：{RULES_ZH[rule]}。"), frozenset({2}))


def _cohorts(part: pd.DataFrame, title: str, say: Words) -> Grid:
    """Age bands down, areas across, each cell model / observed."""
    bands = list(dict.fromkeys(part["band"]))
    areas = list(dict.fromkeys(part[f"area_{say.lang}"]))
    cells = {(row["band"], row[f"area_{say.lang}"]): row for _, row in part.iterrows()}
    rows = []
    for band in bands:
        found = [cells[band, area] for area in areas]
        rows.append([band, *(f"{cell(r['model'], 0, True)} / {cell(r['observed'], 0, True)}" for r in found)])
    note = say(
        "Model / observed, percent of survivors of the cohort; naive: 0 (no migration).",
        "模型 / 观测，占队列存活者百分比；简单趋势：0（无迁移）。",
    )
    return Grid(title, [say("age in 2020", "2020年年龄"), *areas], rows, 1, note)


def county_grids(parts: Parts, region: Any, say: Words) -> list[Grid]:
    """One grid an indicator: counties across; scenario and year down."""
    frame = parts.projection
    years = frame.years
    shown = [year for year in (*years[:1], 2021, 2025, 2030, *years[-1:]) if year in years]
    areas = [(str(thing.code), thing) for thing in (region, *region.counties)]
    grids = []
    for name in COUNTY_INDICATORS:
        entry = entry_of(name)
        factor, digits = unit_factor(entry.unit, say), 3 if entry.unit == "ratio" else 1
        rows = []
        for scenario in projected(parts):
            for year in dict.fromkeys(shown):
                values = [frame.value(scenario, name, code, year) for code, _ in areas]
                if any(value is not None for value in values):
                    cells = [cell(float("nan") if v is None else v * factor, digits) for v in values]
                    rows.append([say.scenario(scenario), str(year), *cells])
        if rows:
            title = f"{say(entry.title_en, entry.title_zh)} ({unit_text(entry, say)})"
            grids.append(Grid(title, ["", say("year", "年份"), *(say.name(thing) for _, thing in areas)], rows, 2))
    return grids

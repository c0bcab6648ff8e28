"""Sections of a report on what the result rests on and what it cannot say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from jcsim.report import origin_tables, scenario_tables
from jcsim.report.grid import Grid
from jcsim.report.limits import LIMITS
from jcsim.report.section import Section
from jcsim.viz.style import Words


def origins(
    region: Any,
    say: Words,
    manifest: Mapping[str, Any],
    fit: pd.DataFrame | Mapping[int, pd.DataFrame] | None,
    parameters: pd.DataFrame | None,
) -> list[Section]:
    """Scenarios, parameters, fit of the starting populations, limits and provenance.

    ``fit``: the fit report, or several by census year.
    """
    sections = [
        Section("limits", say("What this model cannot say", "本模型不能回答的问题"), grids=[_limits(say)]),
        Section("scenarios", say("Scenarios", "情景"), grids=scenario_tables.scenario_grids(manifest, region, say)),
    ]
    if parameters is not None:
        sections.append(_parameters(parameters, say))
    if fit is not None:
        given = {0: fit} if isinstance(fit, pd.DataFrame) else fit
        by_year = {year: origin_tables.named(table, region, say) for year, table in sorted(given.items())}
        grids = [grid for year, table in by_year.items() for grid in origin_tables.fit_grids(table, year, say)]
        text = [origin_tables.worst_cell(table, year, say) for year, table in by_year.items()]
        sections.append(Section("fit", say("Fit of the starting population", "初始人口拟合"), text, grids=grids))
    licences = origin_tables.licence_grid(region, say)
    grids = [origin_tables.provenance_grid(manifest, say), *([licences] if licences else [])]
    return [*sections, Section("provenance", say("Provenance", "来源与复现"), grids=grids)]


def _limits(say: Words) -> Grid:
    rows = [[say(limit.title_en, limit.title_zh), say(limit.text_en, limit.text_zh)] for limit in LIMITS]
    return Grid("", ["", ""], rows, 2)


def _parameters(parameters: pd.DataFrame, say: Words) -> Section:
    text = say(
        "Grades, best first: official statistic, estimate from a paper, derived from a cited number, secondary, "
        "recollection; prior, assumption and scenario are choices, not evidence, and keep their range to the end. Of "
        f"{len(parameters)} parameters {_graded(parameters)}.",
        "证据等级由高到低：official官方统计、estimate论文估计、derived推算、secondary二手、recollection忆及；"
        "prior先验、assumption假设、scenario情景为设定而非证据，其区间保持到最后。"
        f"{len(parameters)}个参数中：{_graded(parameters)}。参数名、单位与依据为英文原文。",
    )
    grids = [origin_tables.parameter_grid(parameters, say)]
    return Section("parameters", say("Parameters", "参数"), [text], grids=grids)


def _graded(parameters: pd.DataFrame) -> str:
    counts = parameters["grade"].astype(str).value_counts().sort_index()
    return ", ".join(f"{name} {count}" for name, count in counts.sort_values(ascending=False, kind="stable").items())

"""Sections of a report on what came out, in reading order."""

from __future__ import annotations

from typing import Any

import pandas as pd

from jcsim.errors import InputError
from jcsim.indicators.hindcast import hindcast, skill
from jcsim.indicators.scoreboard import scoreboard
from jcsim.indicators.scoreboard_text import no_value
from jcsim.indicators.scoreboard_words import interval_label
from jcsim.indicators.select import Parts
from jcsim.report import area_tables, beyond_tables, board_tables, cost_tables, source_tables
from jcsim.report.section import Section
from jcsim.report.summary import summary
from jcsim.viz.style import Words, projected, runs_text

Picture = tuple[str, str]


def outcomes(parts: Parts, region: Any, say: Words, pictures: dict[str, str], by: str | None) -> list[Section]:
    """Sections from the summary to where urbanisation comes from; ``pictures`` are base64 PNGs by name."""

    def shown(*names: str) -> list[Picture]:
        return [(pictures[name], name.replace("_", " ")) for name in names if name in pictures]

    sections = []
    if parts.projects:
        board = scoreboard(parts.full, parts.ensemble, region=region)
        sections += _board_sections(board, parts, say, shown("target_gaps"))
        sections += _beyond_sections(board, parts, region, say)
    sections += [
        Section("trajectories", say("Trajectories", "变化轨迹"), figures=shown("trajectories")),
        Section("sources", say("Where urbanisation comes from", "城镇化的来源"), figures=shown("decomposition"),
                grids=source_tables.decomposition_grids(parts, region, say)),
        _hindcast_section(parts, region, say),
        Section("counties", say("Counties", "各县（市、区）"), figures=shown("county_panels"),
                grids=area_tables.county_grids(parts, region, say) if by == "county" else []),
        Section("map", say("Towns and links", "城镇与交通"), figures=shown("network_map")),
        Section("population", say("Residents by age and sex", "年龄性别结构"), figures=shown("population_pyramid")),
        Section("flows", say("Moves", "居住地变动"), figures=shown("flows")),
    ]  # fmt: skip
    return sections


def _board_sections(board: pd.DataFrame, parts: Parts, say: Words, gaps: list[Picture]) -> list[Section]:
    """Summary, scoreboard and costs; without any value one sentence stands for the scoreboard and its figure."""
    silent = no_value(board, say.lang)
    grids = [] if silent else [board_tables.scoreboard_grid(board, say), board_tables.effect_grid(parts, board, say)]
    left_out, about = _left_out(board, parts, say), _about(board, parts, say)
    costs = [grid for grid in cost_tables.cost_grids(parts, board, say) if grid.rows]
    return [
        Section("summary", say("Summary", "摘要"), text=summary(board, parts, say)),
        Section("scoreboard", say("Scoreboard", "指标对照"), text=[text for text in (silent, left_out) if text],
                figures=[] if silent else gaps, grids=[*grids, board_tables.naive_grid(board, say)]),
        Section("costs", say("Costs", "支出"), text=about if costs else [], grids=costs),
    ]  # fmt: skip


def _about(board: pd.DataFrame, parts: Parts, say: Words) -> list[str]:
    """Which scenarios are compared where not all are, and what effects and brackets are."""
    return [text for text in (_left_out(board, parts, say), _effects(parts, say)) if text]


def _left_out(board: pd.DataFrame, parts: Parts, say: Words) -> str:
    """Which scenarios are compared, where there are others that are not."""
    row = board.iloc[-1]
    compared = [name for name in (row["base_scenario"], row["plan_scenario"]) if name in parts.projection.scenarios]
    others = [name for name in projected(parts) if name not in compared]
    if not others:
        return ""
    names, rest = ([say.scenario(name) for name in group] for group in (compared, others))
    return say(
        f"Compared here: {' and '.join(names)}; not shown: {', '.join(rest)}.",
        f"此处比较：{'与'.join(names)}；未列：{'、'.join(rest)}。",
    )


def _beyond_sections(board: pd.DataFrame, parts: Parts, region: Any, say: Words) -> list[Section]:
    row = board.set_index("id").loc["T1"]
    frame = parts.projection
    year = min(int(row["target_year"]), frame.years[-1])
    compared = beyond_tables.Compared(parts, row["base_scenario"], row["plan_scenario"], year)
    if not compared.sides:
        return []
    destinations = beyond_tables.destination_grid(compared, region, say)
    themes = beyond_tables.beyond_grids(compared, str(region.code), say)
    gains = beyond_tables.gains_grid(compared, region, say)
    about, start = _about(board, parts, say), say(beyond_tables.START_EN, beyond_tables.START_ZH)
    text = [runs_text(parts, say) + _grain(frame.scale, say), *about, start]
    return [
        Section("beyond", say("Beyond the targets", "指标之外"), text, grids=[*themes[:1], destinations, *themes[1:]]),
        Section("gains", say("Who gains", "谁受益"), about if gains.rows else [], grids=[gains]),
    ]


def _effects(parts: Parts, say: Words) -> str:
    """What an effect and its brackets are, where there are draws."""
    label_en, label_zh = interval_label(parts.spread)
    if not label_en:
        return ""
    paired_en = "" if parts.projection.has_central else "Effects: median of paired differences. "
    paired_zh = "" if parts.projection.has_central else "差异为成对差的中位数。"
    return say(f"{paired_en}In brackets: {label_en}. ", f"{paired_zh}方括号：{label_zh}。")


def _grain(scale: float | None, say: Words) -> str:
    """What one row of a sample stands for: smaller differences are luck."""
    if scale is None or scale >= 1.0:
        return ""
    persons = round(1.0 / scale)
    return say(
        f"One simulated person stands for about {persons:,}: differences of a few times that are luck.",
        f"每名模拟个体约代表{persons:,}人：与之同量级的差异属偶然。",
    )


def _hindcast_section(parts: Parts, region: Any, say: Words) -> Section:
    """Model beside the census of 2020 and beside 2021, with the statement of what was tuned."""
    title = say("Hindcast: model beside what was counted", "回溯检验：模型与普查对照")
    try:
        table = hindcast(parts, region)
    except InputError as error:  # a region with one census has nothing to set beside the run
        return Section("hindcast", title, text=[say(f"No hindcast: {error}.", f"无法回溯检验：{error}。")])
    if table.empty:
        return Section("hindcast", title)
    grids = [area_tables.skill_grid(skill(table), say), *area_tables.hindcast_grids(table, say)]
    return Section("hindcast", title, text=[_tuning(parts, say)], grids=grids)


def _tuning(parts: Parts, say: Words) -> str:
    if parts.history is None:
        return say("No history run in this result: only 2021 is compared.", "本结果无历史模拟，仅比较2021年。")
    if parts.history.untuned:
        return say(
            "The run starts from the census of 2010 with prior parameters. It is untuned: nothing observed after 2010 "
            "was fitted, so the differences are errors of the assumptions, shown as they are.",
            "模拟以2010年普查为起点，采用先验参数，未经调校：2010年之后的观测均未用于拟合，差异即假设的误差，如实列出。",
        )
    return say(
        "The run starts from the census of 2010 with posterior parameters: part of these counts was fitted.",
        "模拟以2010年普查为起点，采用后验参数：部分观测已用于拟合。",
    )

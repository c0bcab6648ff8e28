"""Puts a report together: sections of text, tables and figures, written as one HTML file."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from jcsim.errors import InputError
from jcsim.indicators.hindcast import hindcast, skill
from jcsim.indicators.scoreboard import scoreboard
from jcsim.indicators.select import Parts
from jcsim.report import area_tables, board_tables, origin_tables
from jcsim.report.fonts import FAMILY, font_face
from jcsim.report.grid import Grid
from jcsim.report.limits import LIMITS
from jcsim.report.summary import summary
from jcsim.viz.style import LANGUAGES, Words
from jcsim.viz.write import draw, image

IMAGE_DPI = 130
BY = (None, "county")


@dataclass
class Section:
    """One section: paragraphs, then figures, then tables; left out when it holds nothing."""

    key: str
    title: str
    text: list[str] = field(default_factory=list)
    figures: list[tuple[str, str]] = field(default_factory=list)  # (base64 PNG, what it shows)
    grids: list[Grid] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not (self.text or self.figures or any(grid.rows for grid in self.grids))


def write_page(
    result_parts: Any,
    path: Path,
    region: Any,
    lang: str,
    manifest: Mapping[str, Any] | None,
    fit: pd.DataFrame | None,
    parameters: pd.DataFrame | None,
    by: str | None,
) -> Path:
    """See :func:`jcsim.report.write_report`."""
    if lang not in LANGUAGES:
        raise InputError("unknown language", given=lang, allowed="en, zh")
    if by not in BY:
        raise InputError("unknown breakdown of a report", given=by, allowed="county")
    parts, say = Parts.of(result_parts), Words(lang)
    if manifest is None:
        manifest = next((frame.manifest for frame in parts.frames()), {})
    pictures = _pictures(parts, region, lang)
    sections = [
        *_results(parts, region, say, pictures, by),
        *_origins(region, say, manifest, fit, parameters),
    ]
    page = _render(say, region, manifest, [section for section in sections if not section.empty])
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(page, encoding="utf8")
    os.replace(part, path)
    return path


def _pictures(parts: Parts, region: Any, lang: str) -> dict[str, str]:
    """Every figure as a base64 PNG by its name."""
    return {
        name: base64.b64encode(image(figure, "png", IMAGE_DPI)).decode("ascii")
        for name, figure in draw(parts, region, lang)
    }


def _results(
    parts: Parts, region: Any, say: Words, pictures: dict[str, str], by: str | None
) -> list[Section]:
    """Sections on what came out, in reading order."""

    def shown(*names: str) -> list[tuple[str, str]]:
        return [(pictures[name], name.replace("_", " ")) for name in names if name in pictures]

    sections = []
    if parts.projects:
        board = scoreboard(parts.full, parts.ensemble, region=region)
        sections += _board_sections(board, parts, say, shown)
    sections += [
        Section("trajectories", say("Trajectories", "变化轨迹"), figures=shown("trajectories")),
        _hindcast_section(parts, region, say),
        Section("counties", say("Counties", "各县（市、区）"), figures=shown("county_panels"),
                grids=area_tables.county_grids(parts, region, say) if by == "county" else []),
        Section("map", say("Towns and links", "城镇与交通"), figures=shown("network_map")),
        Section("population", say("Residents by age and sex", "年龄性别结构"), figures=shown("population_pyramid")),
        Section("flows", say("Moves", "居住地变动"), figures=shown("flows")),
        Section("sources", say("Where urbanisation comes from", "城镇化的来源"), figures=shown("decomposition")),
    ]  # fmt: skip
    return sections


def _board_sections(board: pd.DataFrame, parts: Parts, say: Words, shown: Any) -> list[Section]:
    return [
        Section("summary", say("Summary", "摘要"), text=summary(board, parts, say)),
        Section(
            "scoreboard",
            say("Scoreboard", "指标对照"),
            figures=shown("target_gaps"),
            grids=[board_tables.scoreboard_grid(board, say), board_tables.effect_grid(parts, board, say),
                   board_tables.cost_grid(parts, board, say), board_tables.concept_grid(board, say),
                   board_tables.naive_grid(board, say), board_tables.silent_grid(board, say)],
        ),
    ]  # fmt: skip


def _hindcast_section(parts: Parts, region: Any, say: Words) -> Section:
    """Model beside the census of 2020 and beside 2021, with the statement of what was tuned."""
    title = say("Hindcast: model beside what was counted", "回溯检验：模型与普查对照")
    try:
        table = hindcast(parts, region)
    except InputError as error:  # a region with one census has nothing to set beside the run
        return Section("hindcast", title, text=[say(f"No hindcast: {error}.", f"无法回溯检验：{error}。")])
    if table.empty:
        return Section("hindcast", title)
    if parts.history is None:
        run = say("No history run in this result: only 2021 is compared.", "本结果无历史模拟，仅比较2021年。")
    elif parts.history.untuned:
        run = say(
            "The run starts from the census of 2010 with prior parameters. It is untuned: nothing observed after 2010 "
            "was fitted, so the differences are errors of the assumptions, shown as they are.",
            "模拟以2010年普查为起点，采用先验参数，未经调校：2010年之后的观测均未用于拟合，差异即假设的误差，如实列出。",
        )
    else:
        run = say(
            "The run starts from the census of 2010 with posterior parameters: part of these counts was fitted.",
            "模拟以2010年普查为起点，采用后验参数：部分观测已用于拟合。",
        )
    grids = [area_tables.skill_grid(skill(table), say), *area_tables.hindcast_grids(table, say)]
    return Section("hindcast", title, text=[run], grids=grids)


def _origins(
    region: Any,
    say: Words,
    manifest: Mapping[str, Any],
    fit: pd.DataFrame | None,
    parameters: pd.DataFrame | None,
) -> list[Section]:
    """Sections on what the result rests on and what it cannot say."""
    sections = []
    if parameters is not None:
        text = say(
            "Grades, best first: official statistic, estimate from a paper, derived from a cited number, secondary, "
            "recollection; prior, assumption and scenario are choices, not evidence, and keep their range to the end.",
            "证据等级由高到低：official官方统计、estimate论文估计、derived推算、secondary二手、recollection忆及；"
            "prior先验、assumption假设、scenario情景为设定而非证据，其区间保持到最后。",
        )
        sections.append(Section("parameters", say("Parameters", "参数"), text=[text],
                                grids=[origin_tables.parameter_grid(parameters, say)]))  # fmt: skip
    if fit is not None:
        sections.append(Section("fit", say("Fit of the starting population", "初始人口拟合"),
                                grids=origin_tables.fit_grids(fit, say)))  # fmt: skip
    limits = [[say(x.title_en, x.title_zh), say(x.text_en, x.text_zh)] for x in LIMITS]
    sections.append(Section("limits", say("What this model cannot say", "本模型不能回答的问题"),
                            grids=[Grid("", ["", ""], limits, 2)]))  # fmt: skip
    licences = origin_tables.licence_grid(region, say)
    grids = [origin_tables.provenance_grid(manifest, say), *([licences] if licences else [])]
    sections.append(Section("provenance", say("Provenance", "来源与复现"), grids=grids))
    return sections


def _render(say: Words, region: Any, manifest: Mapping[str, Any], sections: list[Section]) -> str:
    loader = Environment(loader=PackageLoader("jcsim.report", ""), autoescape=True, undefined=StrictUndefined)
    name = manifest.get("name", "")
    title = say(f"{region.name_en}: policy laboratory report", f"{region.name_zh}：政策模拟报告")
    facts = {
        "lang": "zh-Hans" if say.lang == "zh" else "en",
        "title": title,
        "subtitle": str(name),
        "contents": say("Contents", "目录"),
        "sections": sections,
        "family": FAMILY,
        "style": loader.get_template("page.css").render(family=FAMILY),
        "font_face": "",
    }
    template = loader.get_template("page.html")
    facts["font_face"] = font_face(template.render(**facts))
    return template.render(**facts)

"""The hindcast as text: areas across, model, what was counted and a naive rival down; 80 columns or fewer."""

from __future__ import annotations

from typing import TypeVar

import pandas as pd

from jcsim.indicators.hindcast import COUNTS, GROUPS, skill
from jcsim.indicators.scoreboard_text import NARROWEST, width_of_output, wrap
from jcsim.indicators.select import HISTORY

T = TypeVar("T")
WIDEST = 80  # columns of the terminal: what the prefecture and its counties need
LABEL, COLUMN = 11, 9  # the same, of a line's name and of an area
ROWS = (("model", "model", "模型"), ("observed", "counted", "普查"), ("naive", "naive", "对照"))
RULES_ZH = {
    "no change since 2010": "与2010年相同",
    "straight line through the censuses of 2000 and 2010": "2000年与2010年普查直线外推",
    "straight line through the censuses of 2010 and 2020": "2010年与2020年普查直线外推",
    "no migration: cohorts of 2010 survived": "无迁移，2010年队列存活",
}


def render_hindcast(table: pd.DataFrame, *, untuned: bool = True, lang: str = "en", width: int | None = None) -> str:
    """The hindcast for a terminal.

    Parameters
    ----------
    table : DataFrame
        Of :func:`jcsim.indicators.hindcast.hindcast`.
    untuned : bool
        Whether the history run has prior parameters.
    lang : str
        ``en`` or ``zh``.
    width : int, optional
        Columns, 40 at least; default ``COLUMNS``, else the terminal's. Where the areas need more, they
        come in several blocks.

    Returns
    -------
    str
        A heading and lines no wider than ``width`` or 80 columns, ending with a line break; empty
        without a row.
    """
    if table.empty:
        return ""
    width = min(max(width or width_of_output(), NARROWEST), WIDEST)
    errors = skill(table).set_index(["group", "scenario"])
    lines = [_say(lang, "HINDCAST: model beside what was counted", "回溯检验：模型与普查对照")]
    lines += wrap(_title(table, untuned, lang), width)
    blocks = _blocks(list(dict.fromkeys(table[f"area_{lang}"])), width)
    if len(blocks) == 1:
        lines += ["", _line("", blocks[0])]
    for (group, scenario), part in table.groupby(["group", "scenario"], sort=False):
        lines += ["", *wrap(_heading(part, group, scenario, lang), width, 2)]
        for areas in blocks:
            lines += [_line("", areas)] if len(blocks) > 1 else []
            lines += _cohorts(part, areas, lang) if group == "cohort" else _measure(part, areas, group, lang)
        if (group, scenario) in errors.index:
            lines += wrap(_error(errors.loc[(group, scenario)], group, lang), width, 4)
    return "\n".join(lines) + "\n"


def _blocks(areas: list[str], width: int) -> list[list[str]]:
    """Areas in groups that fit side by side."""
    room = (width - LABEL + 1) // (COLUMN + 1)
    return [areas[first : first + room] for first in range(0, len(areas), room)]


def _title(table: pd.DataFrame, untuned: bool, lang: str) -> str:
    if HISTORY not in set(table["scenario"]):
        return _say(lang, "The first projected year beside what was published.", "首个推算年与公布值对照。")
    untuned_run = ("An untuned run (prior parameters)", "未经调校（先验参数）")
    run = untuned_run if untuned else ("A run with posterior parameters", "采用后验参数")
    return _say(
        lang,
        f"{run[0]} from the census of 2010 beside what was counted. naive: a rival that knows nothing after "
        "2010. Counts are in thousands.",
        f"以2010年普查为起点的模拟，{run[1]}，与普查对照。对照方法不使用2010年之后的信息。人数与户数以万计。",
    )


def _heading(part: pd.DataFrame, group: str, scenario: str, lang: str) -> str:
    title_en, title_zh, unit = GROUPS[group]
    year, rule = int(part["year"].iloc[0]), part["naive_rule"].iloc[0]
    percent = " (%)" if unit == "percent" else ""
    both_en, both_zh = (", model/counted", "，模型/普查") if group == "cohort" else ("", "")
    return _say(
        lang,
        f"{title_en}{percent}, {year}, {scenario}{both_en}; naive: {rule}",
        f"{title_zh}{percent}，{year}年，{scenario}{both_zh}；对照：{RULES_ZH[rule]}",
    )


def _measure(part: pd.DataFrame, areas: list[str], group: str, lang: str) -> list[str]:
    factor = _factor(group, lang)
    found = part.set_index(f"area_{lang}")
    lines = []
    for column, name_en, name_zh in ROWS:
        values = [found.loc[area, column] * factor if area in found.index else float("nan") for area in areas]
        lines.append(_line(f"  {_say(lang, name_en, name_zh)}", [_number(value) for value in values]))
    return lines


def _cohorts(part: pd.DataFrame, areas: list[str], lang: str) -> list[str]:
    """One line an age band, each cell model/counted."""
    lines = []
    for band, rows in part.groupby("band", sort=False):
        found = rows.set_index(f"area_{lang}")
        pairs = [(found.loc[area, "model"], found.loc[area, "observed"]) for area in areas]
        lines.append(_line(f"  {band}", ["/".join(_signed(value) for value in pair) for pair in pairs]))
    return lines


def _error(row: pd.Series, group: str, lang: str) -> str:
    factor = _factor(group, lang)
    model, naive = (f"{row[name] * factor:,.1f}" for name in ("model_error", "naive_error"))
    closer_en = {"model": "the model is closer", "naive": "the naive rival is closer", "tie": "a tie"}[row["closer"]]
    closer_zh = {"model": "模型更接近", "naive": "对照更接近", "tie": "相当"}[row["closer"]]
    return _say(
        lang,
        f"  mean error over counties: model {model}, naive {naive}; {closer_en}",
        f"  各县平均误差：模型{model}，对照{naive}；{closer_zh}",
    )


def _factor(group: str, lang: str) -> float:
    """Counts are shown in thousands, or in ten thousands in Chinese."""
    return _say(lang, 1e-3, 1e-4) if GROUPS[group][2] in COUNTS else 1.0


def _line(label: str, cells: list[str]) -> str:
    from rich.cells import cell_len  # loaded when used: `import jcsim` stays cheap

    padded = [" " * (COLUMN - cell_len(cell)) + cell for cell in cells]
    return (label + " " * (LABEL - cell_len(label)) + " ".join(padded)).rstrip()


def _number(value: float) -> str:
    return "-" if pd.isna(value) else f"{value:,.1f}"


def _signed(value: float) -> str:
    return "-" if pd.isna(value) else f"{value:+.0f}"


def _say(lang: str, en: T, zh: T) -> T:
    return zh if lang == "zh" else en

"""The scoreboard as text: a table that fits the terminal, three lines of the urban effect, reasons."""

from __future__ import annotations

import re
import shutil
import sys

import pandas as pd

from jcsim.indicators.urban_effects import DETECTABLE_EN, DETECTABLE_ZH

PLAIN_WIDTH = 110  # columns where the output is no terminal; below them intervals are left out
NARROWEST_NAME = 10  # columns
DECIMALS = {"percent": 2, "ratio": 3, "10k persons per year": 2, "persons": 0, "km2": 1}
MARKS = {"yes": ("yes", "达到"), "no": ("no", "未达到"), "": ("-", "-")}


def render_text(
    table: pd.DataFrame, *, width: int | None = None, lang: str = "en", colour: bool | None = None
) -> str:
    """The scoreboard for a terminal or a file.

    Parameters
    ----------
    table : DataFrame
        Of :func:`jcsim.indicators.scoreboard.scoreboard`.
    width : int, optional
        Columns; default the terminal's, or 110 where the output is none.
    lang : str
        ``en`` or ``zh``.
    colour : bool, optional
        Rules and colours of a terminal; default whether standard output is one.

    Returns
    -------
    str
        Lines no wider than ``width`` (72 at least), ending with a line break.
    """
    colour = sys.stdout.isatty() if colour is None else colour
    width = width or (shutil.get_terminal_size().columns if colour else PLAIN_WIDTH)
    lines = _table(table, lang, width, colour) + [""]
    lines += [part for line in _legend(table, lang, width) for part in wrap(line, width)]
    for title, notes in ((_three_title(table, lang), _three_lines(table, lang)), _reasons(table, lang)):
        if notes:
            lines += ["", *wrap(title, width)]
            lines += ["  " + part for note in notes for part in wrap(note, width - 2, hanging=2)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def wrap(text: str, width: int, hanging: int = 0) -> list[str]:
    """Lines of at most ``width`` terminal cells; breaks between words and between Chinese characters."""
    from rich.cells import cell_len

    lines, line = [], ""
    for token in re.findall(r"\([^()]{1,20}\) ?|[!-~]+ ?| +|.", text):
        if line and cell_len(line + token.rstrip()) > width:
            lines.append(line.rstrip())
            line = " " * hanging
        line += token
    return [*lines, line.rstrip()]


def number(value: float | None, unit: str, sign: bool = False) -> str:
    """A value with the decimals of its unit; empty when missing."""
    if value is None or pd.isna(value):
        return ""
    digits = DECIMALS.get(unit, 1)
    return f"{value:+,.{digits}f}" if sign else f"{value:,.{digits}f}"


def span(low: float | None, high: float | None, unit: str, sign: bool = False) -> str:
    """``[low, high]``; empty when missing."""
    if low is None or pd.isna(low):
        return ""
    return f"[{number(low, unit, sign)}, {number(high, unit, sign)}]"


def target_text(row: pd.Series, lang: str) -> str:
    """The target with its sense as a sign."""
    target, sense = str(row["target"]), row["sense"]
    towards = target.replace("towards ", "")
    return {
        "at_least": f"≥ {target}",
        "at_most": f"≤ {target}",
        "below": f"< {target}",
        "about": f"≈ {target}",
        "towards": f"→ {towards}",
    }.get(sense, target if lang == "en" or sense == "report" else target.replace("-", "–"))


def _words(lang: str, en: str, zh: str) -> str:
    return zh if lang == "zh" else en


def _table(table: pd.DataFrame, lang: str, width: int, colour: bool) -> list[str]:
    """Lines of the table: numbers keep their width, the name takes what is left and is wrapped."""
    from rich.cells import cell_len  # loaded when used: `import jcsim` stays cheap

    narrow, last = width < PLAIN_WIDTH, table.iloc[-1]
    head = ["", _words(lang, "target of the plan", "规划指标"), _words(lang, "target", "目标"),
            last["base_scenario"], last["plan_scenario"], _words(lang, "effect", "差异"),
            _words(lang, "naive", "趋势"), _words(lang, "met", "达标")]  # fmt: skip
    rows = [_cells(row, lang, narrow) for _, row in table[table["modelled"] != "no"].iterrows()]
    widths = [max(cell_len(line) for row in [head, *rows] for line in row[i].split("\n")) for i in range(8)]
    widths[1] = max(width - sum(widths) + widths[1] - 2 * 7, NARROWEST_NAME)
    lines = _aligned(head, widths)
    if colour:
        lines = [f"\x1b[1m{line}\x1b[0m" for line in lines]
    lines.append("-" * min(width, sum(widths) + 2 * 7))
    return lines + [line for row in rows for line in _aligned(row, widths)]


def _aligned(cells: list[str], widths: list[int]) -> list[str]:
    """One row as lines: the first two columns to the left, numbers to the right."""
    from rich.cells import cell_len

    columns = [cell.split("\n") for cell in cells]
    columns[1] = wrap(cells[1], widths[1])
    lines = []
    for depth in range(max(len(column) for column in columns)):
        texts = [column[depth] if depth < len(column) else "" for column in columns]
        gaps = [" " * (size - cell_len(text)) for size, text in zip(widths, texts, strict=True)]
        lines.append("  ".join(t + g if i < 2 else g + t for i, (t, g) in enumerate(zip(texts, gaps, strict=True))))
    return lines


def _cells(row: pd.Series, lang: str, narrow: bool) -> list[str]:
    """One row of the table; an interval stands under its value where there is room."""
    unit = row["unit"]
    cells = [row["id"], f"{row[f'indicator_{lang}']} ({_unit(row, lang)})", target_text(row, lang)]
    for name in ("baseline", "plan", "effect"):
        sign = name == "effect"
        ends = "" if narrow else span(row[f"{name}_low"], row[f"{name}_high"], unit, sign)
        cells.append("\n".join(filter(None, [number(row[name], unit, sign), ends])))
    shown = row["met_plan"] or row["met_baseline"]
    return [*cells, number(row["naive"], unit), _words(lang, *MARKS[shown])]


def _unit(row: pd.Series, lang: str) -> str:
    return _words(lang, str(row["unit"]).replace("percent", "%"), str(row["unit_zh"]))


def _legend(table: pd.DataFrame, lang: str, width: int) -> list[str]:
    """Where values and intervals are from, what met compares, and why there is no probability."""
    sources = [text for text in table[f"source_{lang}"].unique() if text]
    labels = [text for text in table[f"interval_label_{lang}"].unique() if text]
    lines = []
    if sources:
        lines.append(_words(lang, "Values: ", "数值：") + "; ".join(sources))
    if labels and width >= PLAIN_WIDTH:
        lines.append(_words(lang, "In brackets: ", "方括号：") + "; ".join(labels))
    elif labels:
        lines.append(_words(lang, "Intervals: in scoreboard.csv, or here from 110 columns on.",
                            "区间：见scoreboard.csv，或将终端加宽至110列。"))  # fmt: skip
    lines.append(
        _words(
            lang,
            "naive: a trend through published values, without any policy. met compares the value of the right-hand "
            "scenario with the target and is no probability.",
            "趋势：仅按公布值外推，不含任何政策。达标为右侧情景数值与目标的比较，不是概率。",
        )
    )
    reason = table[f"p_met_reason_{lang}"].iloc[0]
    lines.append(_words(lang, "No probability of meeting a target: ", "不给出达标概率：") + reason)
    return lines


def _three_title(table: pd.DataFrame, lang: str) -> str:
    row = table.set_index("id").loc["T1"]
    return _words(
        lang,
        f"Effect of {row['plan_scenario']} on urbanisation in {row['target_year']}, to be read together",
        f"{row['plan_scenario']}对{row['target_year']}年城镇化的影响（三线同读）",
    )


def _three_lines(table: pd.DataFrame, lang: str) -> list[str]:
    row = table.set_index("id").loc["T1"]
    if pd.isna(row["effect"]):
        return []
    points = _words(lang, "points", "个百分点")
    lines = [
        (("published definition", "公布口径"), f"{row['effect']:+.2f} {points}", row["effect"]),
        (("constant territory", "固定地域"), f"{row['effect_constant_territory']:+.2f} {points}",
         row["effect_constant_territory"]),
        (("persons who moved", "实际迁入城镇的人口"), f"{row['effect_persons_moved']:+,.0f} {_words(lang, 'persons', '人')}",
         row["effect_persons_moved"]),
    ]  # fmt: skip
    text = [f"{_words(lang, *name)}: {value if pd.notna(raw) else '-'}" for name, value, raw in lines]
    return [*text, _words(lang, DETECTABLE_EN, DETECTABLE_ZH)]


def _reasons(table: pd.DataFrame, lang: str) -> tuple[str, list[str]]:
    rows = table[table[f"reason_{lang}"] != ""]
    title = _words(lang, "Not modelled, so without a value: no target fills its own row", "未建模、故无数值（从不以目标值代填）")
    colon, prefix = _words(lang, ": ", "："), _words(lang, "not modelled: ", "未建模：")
    return title, [
        f"{row['id']} {row[f'indicator_{lang}']}{colon}{row[f'reason_{lang}'].removeprefix(prefix)}"
        for _, row in rows.iterrows()
    ]

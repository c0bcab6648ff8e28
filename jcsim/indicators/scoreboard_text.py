"""The scoreboard as text: every target in the plan's order, in a terminal of any usual width."""

from __future__ import annotations

import re
import shutil
import sys

import pandas as pd

from jcsim.indicators.urban_effects import DETECTABLE_EN, DETECTABLE_ZH, LINES

PLAIN_WIDTH = 110  # columns where the output is no terminal and COLUMNS is not set
NARROWEST = 40  # columns; fewer are taken as these
NARROWEST_NAME = 10  # columns of the name in the table; with less room each target is a paragraph
GAP, INDENT = 2, 5  # spaces between columns; before a line under a row
DECIMALS = {"percent": 2, "ratio": 3, "10k persons per year": 2, "persons": 0, "km2": 1}
MARKS = {"yes": ("yes", "达到"), "no": ("no", "未达到"), "": ("-", "-")}
SIDES = ("baseline", "plan", "effect")


def render_text(table: pd.DataFrame, *, width: int | None = None, lang: str = "en", colour: bool | None = None) -> str:
    """The scoreboard for a terminal or a file.

    Parameters
    ----------
    table : DataFrame
        Of :func:`jcsim.indicators.scoreboard.scoreboard`.
    width : int, optional
        Columns, 40 at least; default ``COLUMNS``, else the terminal's, else 110.
    lang : str
        ``en`` or ``zh``.
    colour : bool, optional
        Bold head and ids of a terminal; default whether standard output is one.

    Returns
    -------
    str
        A heading and lines no wider than ``width``, ending with a line break. One sentence in place of
        them where no target has a value.
    """
    colour = sys.stdout.isatty() if colour is None else colour
    width = max(width or width_of_output(), NARROWEST)
    sentence = no_value(table, lang)
    if sentence:
        lines = wrap(sentence, width)
    else:
        title = _words(lang, "SCOREBOARD: the targets of the plan", "指标对照：规划指标与模型值")
        lines = [_bold(title) if colour else title, *_head(table, lang, width), ""]
        lines += [*_table(table, lang, width, colour), *_three(table, lang, width)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def width_of_output() -> int:
    """Columns of the output: ``COLUMNS`` where it is set, else the terminal's, else 110."""
    return shutil.get_terminal_size((PLAIN_WIDTH, 24)).columns


def _bold(text: str) -> str:
    return f"\x1b[1m{text}\x1b[0m"


def wrap(text: str, width: int, hanging: int = 0) -> list[str]:
    """Lines of at most ``width`` terminal cells; breaks between words and between Chinese characters."""
    from rich.cells import cell_len, chop_cells  # loaded when used: `import jcsim` stays cheap

    lines, line = [], ""
    tokens = re.findall(r"\([^()]{1,20}\) ?|\[[^\[\]]{1,30}\][,;]? ?|[!-~]+ ?| +|.[，。；：、）]*", text)
    size = width - hanging
    for token in (
        part for long in tokens for part in (chop_cells(long, size) if cell_len(long) > size + 1 else [long])
    ):
        if line.strip() and cell_len(line + token.rstrip()) > width:
            lines.append(line.rstrip())
            line = " " * hanging
        line += token
    return [*lines, line.rstrip()]


def number(value: float | None, unit: str, sign: bool = False) -> str:
    """A value with the decimals of its unit; empty when missing."""
    if value is None or pd.isna(value):
        return ""
    digits = DECIMALS.get(unit, 1)
    value = round(value, digits) or 0.0  # a change too small to show has no sign
    return f"{value:+,.{digits}f}" if sign and value else f"{value:,.{digits}f}"


def span(low: float | None, high: float | None, unit: str, sign: bool = False) -> str:
    """``[low, high]``; empty when missing."""
    if low is None or pd.isna(low):
        return ""
    return f"[{number(low, unit, sign)}, {number(high, unit, sign)}]"


def target_text(row: pd.Series, lang: str) -> str:
    """The target with its sense as a sign, tens of thousands shortened."""
    target, sense = str(row["target"]).replace("towards ", ""), row["sense"]
    if sense == "report":
        return target
    for long in re.findall(r"\d{5,}", target):
        target = target.replace(long, _words(lang, f"{int(long) / 1e3:g}k", f"{int(long) / 1e4:g}万"), 1)
    sign = {"at_least": "≥ ", "at_most": "≤ ", "below": "< ", "about": "≈ ", "towards": "→ "}.get(sense, "")
    return f"{sign}{target.replace('-', '–')}"


def _words(lang: str, en: str, zh: str) -> str:
    return zh if lang == "zh" else en


def no_value(table: pd.DataFrame, lang: str) -> str:
    """The one sentence of a result that answers no target; empty where one has a value."""
    if (table["modelled"] == "yes").any():
        return ""
    reasons = table.loc[table["modelled"] == "not recorded", f"reason_{lang}"]
    reasons = reasons[reasons != ""].unique()
    why = reasons[0] if len(reasons) == 1 else _words(lang, "no target has a value here", "无指标有模型值")
    return _words(
        lang,
        f"No scoreboard: {why} (what was recorded: trajectories.parquet).",
        f"无指标对照：{why}（已记录的数值见trajectories.parquet）。",
    )


def _head(table: pd.DataFrame, lang: str, width: int) -> list[str]:
    """Where values and ranges are from, what met compares, and why there is no probability."""
    sources = [text for text in table[f"source_{lang}"].unique() if text]
    labels = [text for text in table[f"interval_label_{lang}"].unique() if text]
    lines = [_words(lang, "Values: ", "数值：") + "; ".join(sources)]
    if labels:
        lines.append(_words(lang, "In brackets: ", "方括号：") + "; ".join(labels))
    lines.append(
        _words(
            lang,
            "naive: a trend through published values, without any policy. met compares the value of the right-hand "
            "scenario with the target and is no probability. No target fills its own row.",
            "趋势：仅按公布值外推，不含任何政策。达标为右侧情景数值与目标的比较，不是概率。从不以目标值代填。",
        )
    )
    reason = table[f"p_met_reason_{lang}"].iloc[0]
    lines.append(_words(lang, "No probability of meeting a target: ", "不给出达标概率：") + reason)
    return [part for line in lines for part in wrap(line, width, hanging=2)]


def _table(table: pd.DataFrame, lang: str, width: int, colour: bool) -> list[str]:
    """Lines of the table: numbers keep their width, the name takes what is left and is wrapped."""
    from rich.cells import cell_len

    last = table.iloc[-1]
    head = ["", _words(lang, "target of the plan", "规划指标"), _words(lang, "target", "目标"),
            last["base_scenario"], last["plan_scenario"], _words(lang, "effect", "差异"),
            _words(lang, "naive", "趋势"), _words(lang, "met", "达标")]  # fmt: skip
    shown = table[table["modelled"] != "no"]
    cells = {row["id"]: _cells(row, lang) for _, row in shown.iterrows()}
    widths = [max(cell_len(row[i]) for row in [head, *cells.values()]) for i in range(len(head))]
    widths[1] = width - sum(widths) + widths[1] - GAP * (len(head) - 1)
    fits = widths[1] >= NARROWEST_NAME
    lines = [*(_aligned(head, widths) if fits else []), "-" * width]
    bold = [0] if fits else []
    for _, row in table.iterrows():
        name = row["id"]
        bold.append(len(lines))
        if name not in cells:
            lines += _silent(row, lang, width)
            continue
        lines += _aligned(cells[name], widths) if fits else _paragraph(head, cells[name], lang, width)
        lines += [" " * INDENT + part for note in _under(row, lang) for part in wrap(note, width - INDENT, 2)]
    return [_bold(line) if colour and place in bold else line for place, line in enumerate(lines)]


def _paragraph(head: list[str], cells: list[str], lang: str, width: int) -> list[str]:
    """A row of the table as running text, where the table is wider than the output."""
    values = ", ".join(f"{name} {cell}" for name, cell in zip(head[3:], cells[3:], strict=True) if cell)
    return _entry(cells[0], f"{cells[1]} {cells[2]}{_words(lang, ': ', '：')}{values}", width)


def _entry(name: str, text: str, width: int) -> list[str]:
    """An id and a text beside it."""
    first, *rest = wrap(text, width - INDENT)
    return [f"{name:<{INDENT}}{first}", *(" " * INDENT + part for part in rest)]


def _silent(row: pd.Series, lang: str, width: int) -> list[str]:
    """A target without a value: its name, threshold and naive trend, why there is none, what is missing."""
    name = f"{row[f'indicator_{lang}']} ({_unit(row, lang)})"
    naive = number(row["naive"], row["unit"])
    trend = _words(lang, f"; naive {naive}", f"；趋势{naive}") if naive else ""
    text = f"{name} {target_text(row, lang)}{_words(lang, ': ', '：')}{row[f'reason_{lang}']}{trend}"
    return _entry(row["id"], text, width)


def _aligned(cells: list[str], widths: list[int]) -> list[str]:
    """One row as lines: the first two columns to the left, numbers to the right."""
    from rich.cells import cell_len

    columns = [[cell] for cell in cells]
    columns[1] = wrap(cells[1], widths[1])
    lines = []
    for depth in range(max(len(column) for column in columns)):
        texts = [column[depth] if depth < len(column) else "" for column in columns]
        gaps = [" " * (size - cell_len(text)) for size, text in zip(widths, texts, strict=True)]
        lines.append("  ".join(t + g if i < 2 else g + t for i, (t, g) in enumerate(zip(texts, gaps, strict=True))))
    return lines


def _cells(row: pd.Series, lang: str) -> list[str]:
    """One row of the table."""
    values = [number(row[name], row["unit"], name == "effect") for name in SIDES]
    shown = row["met_plan"] or row["met_baseline"]
    name = f"{row[f'indicator_{lang}']} ({_unit(row, lang)})"
    met = _words(lang, *MARKS[shown]) if row["modelled"] == "yes" else ""
    return [row["id"], name, target_text(row, lang), *values, number(row["naive"], row["unit"]), met]


def _under(row: pd.Series, lang: str) -> list[str]:
    """Lines under a row: its intervals, what exactly is measured, or why there is nothing."""
    names = {"baseline": row["base_scenario"], "plan": row["plan_scenario"], "effect": _words(lang, "effect", "差异")}
    ends = [
        f"{names[name]} {text}"
        for name in SIDES
        if (text := span(row[f"{name}_low"], row[f"{name}_high"], row["unit"], name == "effect"))
    ]
    concept, reason = row[f"concept_{lang}"], row[f"reason_{lang}"]
    measured = _words(lang, "measured as: ", "度量：") + concept if concept else ""
    against = "" if row["met_plan"] or row["met_baseline"] else row[f"comparison_{lang}"]
    beside = _words(lang, "against the target: ", "与目标相比：") + against if against else ""
    return [line for line in (", ".join(ends), beside, measured, reason) if line]


def _unit(row: pd.Series, lang: str) -> str:
    return _words(lang, str(row["unit"]).replace("percent", "%"), str(row["unit_zh"]))


def _three(table: pd.DataFrame, lang: str, width: int) -> list[str]:
    """Urbanisation in three lines to be read together: values, effects and their ranges."""
    row = table.set_index("id").loc["T1"]
    if row["modelled"] != "yes":
        return []
    year, base, case = row["target_year"], row["base_scenario"], row["plan_scenario"]
    title = _words(
        lang,
        f"Urbanisation in {year} in three lines, to be read together: a rise of the first alone is no effect",
        f"{year}年城镇化三线同读：仅第一线上升不算政策效果",
    )
    lines = ["", *wrap(title, width)]
    for (_, line_en, line_zh, unit), column in zip(LINES, ("", "_constant_territory", "_persons_moved"), strict=True):
        values = [f"{name} {text}" for name, side in ((base, "baseline"), (case, "plan"))
                  if (text := number(row[f"{side}{column}"], unit))]  # fmt: skip
        effect = number(row[f"effect{column}"], unit, sign=True)
        if effect:
            ends = span(row[f"effect{column}_low"], row[f"effect{column}_high"], unit, sign=True)
            of = _words(lang, "persons" if unit == "persons" else "points", "人" if unit == "persons" else "个百分点")
            values.append(f"{_words(lang, 'effect', '差异')} {effect} {of} {ends}".rstrip())
        shown = ", ".join(values) or _words(lang, "not recorded", "未记录")
        text = f"{_words(lang, line_en, line_zh)}{_words(lang, ': ', '：')}{shown}"
        lines += ["  " + part for part in wrap(text, width - 2, hanging=2)]
    if row["detectable"] == "no":
        verdict = _words(
            lang, "The effect on the rate is inside the model's error. ", "对城镇化率的影响在模型误差之内。"
        )
    else:
        verdict = ""
    detectable = verdict + _words(lang, DETECTABLE_EN, DETECTABLE_ZH)
    return [*lines, *("  " + part for part in wrap(detectable, width - 2, hanging=2))]

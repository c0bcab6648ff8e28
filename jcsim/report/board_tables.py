"""Tables of the scoreboard: every target with value or reason, trends, three lines of the urban effect."""

from __future__ import annotations

import pandas as pd

from jcsim.indicators.scoreboard_text import MARKS, no_value, number, span, target_text
from jcsim.indicators.select import Parts
from jcsim.indicators.urban_effects import urban_effects
from jcsim.report.grid import Grid
from jcsim.viz.style import Words

SIDES = ("baseline", "plan", "effect")


def scoreboard_grid(board: pd.DataFrame, say: Words) -> Grid:
    """The first row and every target in the plan's order: concept, values with intervals, trend, verdicts."""
    last = board.iloc[-1]
    names = (say.scenario(last["base_scenario"]), say.scenario(last["plan_scenario"]))
    head = ["", say("target of the plan, and what is measured", "规划指标与度量口径"), say("target", "目标"), *names,
            say("effect", "差异"), say("naive trend", "趋势外推"), *(say(f"met: {n}", f"{n}达标") for n in names),
            say("naive meets", "趋势达标")]  # fmt: skip
    rows, said = [], bool(no_value(board, say.lang))
    for _, row in board.iterrows():
        cells = [_with_ends(row, name, name == "effect") for name in SIDES]
        met = [_verdict(row, name, say) for name in ("baseline", "plan", "naive")]
        naive = number(row["naive"], row["unit"])
        rows.append([row["id"], _named(row, say, said), target_text(row, say.lang), *cells, naive, *met])
    values = "; ".join(text for text in board[f"source_{say.lang}"].unique() if text) or "-"
    labels = "; ".join(text for text in board[f"interval_label_{say.lang}"].unique() if text)
    note = say(
        f"Values: {values}. In brackets: {labels or 'no draws'}. ", f"数值：{values}。方括号：{labels or '无抽样'}。"
    )
    reason = board[f"p_met_reason_{say.lang}"].iloc[0]
    note += say(f"Probability of meeting a target: none; {reason}.", f"达标概率：不给出；{reason}。")
    return Grid("", head, rows, 2, note, frozenset({0}))


def _named(row: pd.Series, say: Words, said: bool) -> str:
    """The target's name and unit; under it the concept, or why there is no value, unless that is ``said`` once."""
    unit = row["unit_zh"] if say.lang == "zh" else row["unit"]
    name = f"{row[f'indicator_{say.lang}']} ({unit})"
    reason = "" if said and row["modelled"] == "not recorded" else row[f"reason_{say.lang}"]
    return "\n".join(filter(None, (name, row[f"concept_{say.lang}"], reason)))


def _verdict(row: pd.Series, name: str, say: Words) -> str:
    """Met or not; where the target sets no threshold, the value beside it in words."""
    if name != "naive" and pd.isna(row[name]):
        return ""
    if name == "plan" and not row["met_plan"]:
        return row[f"comparison_{say.lang}"] or "-"
    return say(*MARKS[row[f"met_{name}"]])


def _with_ends(row: pd.Series, name: str, sign: bool) -> str:
    ends = span(row[f"{name}_low"], row[f"{name}_high"], row["unit"], sign)
    return "\n".join(filter(None, [number(row[name], row["unit"], sign), ends]))


def naive_grid(board: pd.DataFrame, say: Words) -> Grid:
    """The naive trend of every target by its rule, or why a modelled target has none."""
    shown = board[board["naive"].notna() | (board["modelled"] != "no")]
    rows = [
        [
            row["id"],
            row[f"indicator_{say.lang}"],
            row[f"naive_rule_{say.lang}"],
            number(row["naive"], row["unit"]) or "-",
        ]
        for _, row in shown.iterrows()
    ]
    head = ["", say("target of the plan", "规划指标"), say("rule, or why there is none", "方法，或无趋势的原因"),
            say("value", "数值")]  # fmt: skip
    return Grid(say("Naive trends", "趋势外推"), head, rows, 3)


def effect_grid(parts: Parts, board: pd.DataFrame, say: Words) -> Grid:
    """The effect on urbanisation in three lines, at the target's year."""
    row = board.set_index("id").loc["T1"]
    base, case = row["base_scenario"], row["plan_scenario"]
    table = urban_effects(parts, base, case, row["target_year"])
    rows = []
    for _, line in table.iterrows():
        unit, persons = line["unit"], line["unit"] == "persons"
        points = say("points", "百分点")
        effect = number(line["effect"], unit, True)
        if effect:
            effect += f" {say('persons', '人')}" if persons else f" {points}"
        if persons and pd.notna(line["points"]):
            effect += f" ({line['points']:+.2f} {say('points of residents', '个百分点（占常住人口）')})"
        ends = span(line["low"], line["high"], unit, True)
        values = [number(line[side], unit) for side in ("base", "case")]
        rows.append([line[f"line_{say.lang}"], *values, effect, ends])
    head = ["", say.scenario(base), say.scenario(case), say("effect", "差异"), say("interval", "区间")]
    title = say(f"Urbanisation in {row['target_year']}, three lines", f"{row['target_year']}年城镇化：三线同读")
    return Grid(title, head, rows)

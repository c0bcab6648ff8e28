"""Tables of the scoreboard: every target with value or reason, trends, three lines of the urban effect."""

from __future__ import annotations

import pandas as pd

from jcsim.indicators.scoreboard_text import MARKS, no_value, number, span, target_text
from jcsim.indicators.select import Parts
from jcsim.indicators.urban_effects import urban_effects
from jcsim.indicators.verdict import LEVEL_EN, LEVEL_ZH, comparison
from jcsim.report.grid import Grid
from jcsim.report.translations import TARGETS_EN
from jcsim.viz.style import Words

SIDES = ("baseline", "plan", "effect")


def scoreboard_grid(board: pd.DataFrame, say: Words) -> Grid:
    """The first row and every target in the plan's order: concept, values with intervals, trend, verdicts.

    A scenario without any value has no columns; a target without one has its reason in their place.
    """
    last = board.iloc[-1]
    names = {"baseline": say.scenario(last["base_scenario"]), "plan": say.scenario(last["plan_scenario"]),
             "effect": say("effect", "差异")}  # fmt: skip
    sides = [side for side in SIDES if board[side].notna().any()]
    judged = [side for side in sides if side != "effect"]
    head = ["", say("target of the plan, and what is measured", "规划指标与度量口径"), say("target", "目标"),
            *(names[side] for side in sides), say("naive trend", "简单趋势"),
            *(say(f"met: {names[side]}", f"{names[side]}达标") for side in judged),
            say("naive trend meets", "简单趋势达标")]  # fmt: skip
    rows, said = [], bool(no_value(board, say.lang))
    for _, row in board.iterrows():
        first = [row["id"], _named(row, say), _target(row, say)]
        if row["modelled"] != "yes":
            rows.append([*first, _silent(row, say, said)])
            continue
        cells = [_with_ends(row, name, name == "effect") for name in sides]
        met = [_verdict(row, name, say) for name in (*judged, "naive")]
        rows.append([*first, *cells, number(row["naive"], row["unit"]), *met])
    return Grid("", head, rows, 3, _note(board, say), frozenset({0}), tail=len(judged) + 1)


def _note(board: pd.DataFrame, say: Words) -> str:
    """Where values and intervals are from, when a row is not judged, and why there is no probability."""
    values = "; ".join(text for text in board[f"source_{say.lang}"].unique() if text) or "-"
    labels = "; ".join(text for text in board[f"interval_label_{say.lang}"].unique() if text)
    note = say(
        f"Values: {values}. In brackets: {labels or 'no draws'}. ", f"数值：{values}。方括号：{labels or '无抽样'}。"
    )
    note += say(f"{LEVEL_EN} ", LEVEL_ZH)
    reason = board[f"p_met_reason_{say.lang}"].iloc[0]
    return note + say(f"Probability of meeting a target: none; {reason}.", f"达标概率：不给出；{reason}。")


def _target(row: pd.Series, say: Words) -> str:
    text = target_text(row, say.lang)
    return say(TARGETS_EN.get(text, text), text) if row["sense"] == "report" else text.replace(" ", "\u00a0")


def _named(row: pd.Series, say: Words) -> str:
    """The target's name and unit; under it the concept, and why a row with a value is not judged."""
    unit = row["unit_zh"] if say.lang == "zh" else row["unit"]
    name = f"{row[f'indicator_{say.lang}']} ({unit})"
    off = row[f"comparison_{say.lang}"] if row["level"] else ""
    return "\n".join(filter(None, (name, row[f"concept_{say.lang}"], off)))


def _silent(row: pd.Series, say: Words, said: bool) -> str:
    """Why there is no value, unless that is ``said`` once for all; the naive trend where there is one."""
    reason = "" if said and row["modelled"] == "not recorded" else row[f"reason_{say.lang}"]
    naive, meets = number(row["naive"], row["unit"]), row["met_naive"]
    if naive:
        naive = say(f"naive trend {naive}", f"简单趋势{naive}")
        naive += f" ({say('meets the target', '达到')})" if meets == "yes" else ""
    return "\n".join(filter(None, (reason, naive)))


def _verdict(row: pd.Series, name: str, say: Words) -> str:
    """Met or not; where the target sets no threshold, each value beside it in words."""
    if name == "naive":
        return say(*MARKS[row["met_naive"]])
    if pd.isna(row[name]):
        return ""
    if row["level"]:
        return say("level off", "起点不符")
    if row[f"met_{name}"]:
        return say(*MARKS[row[f"met_{name}"]])
    return say(*comparison(row["sense"], row["target"], row[name])) or "-"


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
    head = ["", say("target of the plan", "规划指标"), say("rule, or why there is none", "方法，或没有的原因"),
            say("value", "数值")]  # fmt: skip
    return Grid(say("Naive trends", "简单趋势"), head, rows, 3)


def effect_grid(parts: Parts, board: pd.DataFrame, say: Words) -> Grid:
    """The effect on urbanisation in three lines, at the target's year."""
    row = board.set_index("id").loc["T1"]
    base, case = row["base_scenario"], row["plan_scenario"]
    table = urban_effects(parts, base, case, row["target_year"])
    rows = []
    for _, line in table.dropna(subset=["effect"]).iterrows():
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

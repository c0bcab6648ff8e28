"""Tables of the scoreboard: values, reasons, trends, three lines of the urban effect, costs."""

from __future__ import annotations

import pandas as pd

from jcsim.indicators.scoreboard_text import MARKS, number, span, target_text
from jcsim.indicators.select import Parts
from jcsim.indicators.urban_effects import costs, urban_effects
from jcsim.report.grid import Grid
from jcsim.viz.style import Words


def scoreboard_grid(board: pd.DataFrame, say: Words) -> Grid:
    """Rows with a value: target, values with intervals, effect, naive trend, verdicts, where from."""
    last = board.iloc[-1]
    names = (say.scenario(last["base_scenario"]), say.scenario(last["plan_scenario"]))
    head = ["", say("target of the plan", "规划指标"), say("target", "目标"), *names,
            say("effect", "差异"), say("naive trend", "趋势外推"), *(say(f"met: {n}", f"{n}达标") for n in names),
            say("naive meets", "趋势达标")]  # fmt: skip
    rows = []
    for _, row in board[board["modelled"] != "no"].iterrows():
        cells = [_with_ends(row, name, name == "effect") for name in ("baseline", "plan", "effect")]
        met = [say(*MARKS[row[f"met_{name}"]]) for name in ("baseline", "plan", "naive")]
        unit = row["unit_zh"] if say.lang == "zh" else row["unit"]
        name = f"{row[f'indicator_{say.lang}']} ({unit})"
        rows.append([row["id"], name, target_text(row, say.lang), *cells, number(row["naive"], row["unit"]), *met])
    values = "; ".join(text for text in board[f"source_{say.lang}"].unique() if text)
    labels = "; ".join(text for text in board[f"interval_label_{say.lang}"].unique() if text)
    note = say(f"Values: {values}. In brackets: {labels or 'no draws'}. ", f"数值：{values}。方括号：{labels or '无抽样'}。")
    reason = board[f"p_met_reason_{say.lang}"].iloc[0]
    note += say(f"Probability of meeting a target: none; {reason}.", f"达标概率：不给出；{reason}。")
    return Grid(say("Targets with a value", "有模型值的指标"), head, rows, 2, note, frozenset({0}))


def _with_ends(row: pd.Series, name: str, sign: bool) -> str:
    ends = span(row[f"{name}_low"], row[f"{name}_high"], row["unit"], sign)
    return "\n".join(filter(None, [number(row[name], row["unit"], sign), ends]))


def silent_grid(board: pd.DataFrame, say: Words) -> Grid:
    """Targets without a value and why."""
    rows = [
        [row["id"], row[f"indicator_{say.lang}"], row[f"reason_{say.lang}"]]
        for _, row in board[board[f"reason_{say.lang}"] != ""].iterrows()
    ]
    head = ["", say("target of the plan", "规划指标"), say("why, and which datum is missing", "原因与缺少的数据")]
    return Grid(say("Targets without a value", "无模型值的指标"), head, rows, 3)


def concept_grid(board: pd.DataFrame, say: Words) -> Grid:
    """What exactly stands behind each row with a value."""
    rows = [
        [row["id"], row[f"indicator_{say.lang}"], row[f"concept_{say.lang}"]]
        for _, row in board[board["modelled"] != "no"].iterrows()
    ]
    head = ["", say("target of the plan", "规划指标"), say("measured as", "度量方式")]
    return Grid(say("How each target is measured", "各指标的度量方式"), head, rows, 3)


def naive_grid(board: pd.DataFrame, say: Words) -> Grid:
    """The naive trend of every target that has one, by its rule."""
    rows = [
        [row["id"], row[f"indicator_{say.lang}"], row[f"naive_rule_{say.lang}"], number(row["naive"], row["unit"])]
        for _, row in board[board["naive"].notna()].iterrows()
    ]
    head = ["", say("target of the plan", "规划指标"), say("rule", "方法"), say("value", "数值")]
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


def cost_grid(parts: Parts, board: pd.DataFrame, say: Words) -> Grid:
    """Additional spending in all and per additional person moved, to 2025, 2030 and the last year."""
    row = board.set_index("id").loc["T1"]
    last = parts.projection.years[-1]
    years = sorted({year for year in (2025, 2030, last) if year <= last})
    table = costs(parts, row["base_scenario"], row["plan_scenario"], years)
    none = say("no additional person", "无新增人口")
    rows = [
        [
            str(int(line["year"])),
            f"{line['cost']:,.0f}",
            f"{line['persons']:+,.0f}",
            none if pd.isna(line["per_person"]) else f"{line['per_person']:,.0f}",
        ]
        for _, line in table.iterrows()
    ]
    head = [say("to the year", "截至"), say("cost, million yuan of 2020", "支出（百万元，2020年价）"),
            say("additional persons moved", "新增迁入城镇人口"),
            say("thousand yuan per additional person", "每新增一人（千元）")]  # fmt: skip
    note = say(
        "Differences between the two scenarios; the interval of a ratio of two small differences is wide.",
        "两情景之差；两个小差值之比的不确定性很大。",
    )
    return Grid(say("Cost of the instruments", "政策支出"), head, rows, 1, note)

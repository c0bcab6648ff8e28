"""The first paragraph: what the numbers say, and what they do not."""

from __future__ import annotations

import pandas as pd

from jcsim.indicators.scoreboard_text import number, span
from jcsim.indicators.select import Parts
from jcsim.indicators.urban_effects import DETECTABLE_EN, DETECTABLE_ZH, MINIMUM_DETECTABLE
from jcsim.viz.style import Words


def summary(board: pd.DataFrame, parts: Parts, say: Words) -> list[str]:
    """Sentences from the scoreboard; what has no value is not spoken of."""
    rows = board.set_index("id")
    sentences = [
        _headline(rows, say),
        _nothing_done(rows, say),
        _effect(rows, say),
        _count(board, say),
        _prior(parts, say),
    ]
    return [sentence.replace(" %", "\u00a0%") for sentence in sentences if sentence]


def _headline(rows: pd.DataFrame, say: Words) -> str:
    row = rows.loc["T1"]
    sides = [
        (say.scenario(row[f"{name}_scenario"]), row[value])
        for name, value in (("plan", "plan"), ("base", "baseline"))
        if pd.notna(row[value])
    ]
    if not sides:
        return ""
    said_en = " and ".join(f"{value:.2f} % in the {name} scenario" for name, value in sides)
    said_zh = "、".join(f"{name}为{value:.2f}%" for name, value in sides)
    year, target, naive = row["target_year"], row["target"], row["naive"]
    return say(
        f"In {year} the urbanisation rate is {said_en}, against a target of {target} %. A straight line through the "
        f"published rates of 2010 and 2021 gives {naive:.2f} % without any policy: reaching the target shows no effect "
        "by itself.",
        f"{year}年城镇化率：{said_zh}，规划目标为{target}%。仅按2010年与2021年公布值直线外推即达{naive:.2f}%，"
        "因此达到目标本身并不说明政策有效。",
    )


def _nothing_done(rows: pd.DataFrame, say: Words) -> str:
    row = rows.loc["T0"]
    if pd.isna(row["baseline"]):
        return ""
    return say(
        f"With no plan and no relabelled territory it would be {row['baseline']:.2f} % ({row['concept_en']}).",
        f"若无规划且无地域改划，则为{row['baseline']:.2f}%（{row['concept_zh']}）。",
    )


def _effect(rows: pd.DataFrame, say: Words) -> str:
    row = rows.loc["T1"]
    if pd.isna(row["effect"]):
        return ""
    ends = span(row["effect_low"], row["effect_high"], "percent", sign=True)
    ends = f" {ends}" if ends else ""
    small = abs(row["effect"]) < MINIMUM_DETECTABLE
    verdict_en = "This is too small to be told from no effect. " if small else ""
    verdict_zh = "该差异过小，无法与零区分。" if small else ""
    fixed, moved = row["effect_constant_territory"], row["effect_persons_moved"]
    return say(
        f"The plan changes the published rate by {number(row['effect'], 'percent', True)} points{ends}, the rate on "
        f"constant territory by {number(fixed, 'percent', True) or 'an unrecorded amount'}, and the persons who moved to "
        f"towns by {number(moved, 'persons', True) or 'an unrecorded number'}. {verdict_en}{DETECTABLE_EN}",
        f"规划使公布口径的城镇化率变动{number(row['effect'], 'percent', True)}个百分点{ends}，固定地域口径变动"
        f"{number(fixed, 'percent', True) or '（未记录）'}，迁入城镇人口变动{number(moved, 'persons', True) or '（未记录）'}人。"
        f"{verdict_zh}{DETECTABLE_ZH}",
    )


def _count(board: pd.DataFrame, say: Words) -> str:
    """How many targets are met, of those that can be judged; nothing where none can."""
    targets = board[board["id"] != "T0"]
    judged = targets[targets["met_plan"] != ""]
    if judged.empty:
        return ""
    valued = targets[targets["plan"].notna()]
    off = int((valued["level"] == "off").sum())
    met, open_end = judged["met_plan"] == "yes", len(valued) - len(judged) - off
    both = int((met & (judged["met_baseline"] == "yes")).sum())
    name, base = (say.scenario(board.iloc[-1][f"{side}_scenario"]) for side in ("plan", "base"))
    compares = judged["met_baseline"].ne("").any()
    also_en = f", {both} of which the {base} meets as well" if compares else ""
    also_zh = f"，其中{both}项{base}同样达到" if compares else ""
    off_en = f" and {off} cannot be judged, because the model's start is far from the published one (level off)"
    why_en = f", {open_end} have no threshold{off_en}" if off else f" and {open_end} have no threshold"
    off_zh = f"，{off}项因模型起点与公布值相差过大不作判断" if off else ""
    return say(
        f"Of {len(targets)} targets {len(targets) - len(valued)} have no value here{why_en}. "
        f"Of the {len(judged)} left, the {name} scenario meets {int(met.sum())}{also_en}. No probability of meeting a target "
        "is given: that needs posterior draws and a discrepancy term.",
        f"{len(targets)}项指标中{len(targets) - len(valued)}项无模型值，{open_end}项未设界限{off_zh}；其余{len(judged)}项中，"
        f"{name}达到{int(met.sum())}项{also_zh}。不给出达标概率：那需要后验抽样与模型误差项。",
    )


def _prior(parts: Parts, say: Words) -> str:
    if not parts.projection.untuned:
        return ""
    spread_en = ", and intervals show the spread of assumptions, not forecast error" if parts.spread else ""
    spread_zh = "；区间反映假设的离散程度，不是预测误差" if parts.spread else ""
    return say(
        f"Behavioural parameters are prior: they were not fitted to Jincheng{spread_en}.",
        f"行为参数为先验值，未按晋城数据拟合{spread_zh}。",
    )

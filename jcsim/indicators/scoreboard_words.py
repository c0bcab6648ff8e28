"""What a scoreboard's numbers are called: sources, labels of intervals, concepts and reasons, in two languages."""

from __future__ import annotations

import pandas as pd

from jcsim.indicators.catalogue import indicator
from jcsim.indicators.select import BASELINE, FEWEST_FOR_QUANTILES, HISTORY, NO_RELABELLING, PLAN, Frame, scale_text

SCENARIOS_ZH = {BASELINE: "基准情景", PLAN: "规划情景", NO_RELABELLING: "无地域改划", HISTORY: "历史模拟"}
LABELS_ZH = {"prior": "先验", "posterior": "后验"}


def source(frame: Frame) -> tuple[str, str]:
    """Which of the two a number is from: the central run or the draws, and their scale."""
    scale = scale_text(frame.scale)
    if frame.has_central:
        return f"{scale}, central draw", f"{scale}，中心参数"
    if frame.n_draws == 1:
        return f"{scale}, one draw", f"{scale}，一次抽样"
    return (
        f"{scale}, median of {frame.n_draws} draws; effects: median of paired differences",
        f"{scale}，{frame.n_draws}次抽样的中位数；差异为成对差的中位数",
    )


def interval_label(frame: Frame | None) -> tuple[str, str]:
    """What an interval is: how many draws, of which kind, at which scale, and what it leaves out."""
    if frame is None:
        return "", ""
    label, scale = frame.label or "parameter", scale_text(frame.scale)
    few = frame.n_draws < FEWEST_FOR_QUANTILES
    kind_en, kind_zh = ("range", "范围") if few else ("5-95 %", "5-95%区间")
    return (
        f"{kind_en} of {frame.n_draws} {label} draws at {scale}; no discrepancy term",
        f"{scale}下{frame.n_draws}次{LABELS_ZH.get(label, '参数')}抽样的{kind_zh}；不含模型误差项",
    )


def p_met_reason(frame: Frame | None) -> tuple[str, str]:
    """Why there is no probability of meeting a target, naming what is lacking."""
    needs_en = f"needs at least {FEWEST_FOR_QUANTILES} runs, posterior draws and a discrepancy term"
    needs_zh = f"需要至少{FEWEST_FOR_QUANTILES}次模拟、后验抽样和模型误差项"
    if frame is None:
        return f"{needs_en}; here a central run and no draws", f"{needs_zh}；此处仅有中心参数的一次模拟"
    label = frame.label or "parameter"
    return (
        f"{needs_en}; here {frame.n_draws} {label} draws and no discrepancy term",
        f"{needs_zh}；此处为{frame.n_draws}次{LABELS_ZH.get(label, '参数')}抽样，无误差项",
    )


def concept(measure: pd.Series) -> dict[str, str]:
    """What stands behind a target's value, and the datum its start had to be assumed without."""
    lacking_en = lacking_zh = ""
    if measure["indicator"] and measure["missing_en"]:
        lacking_en = f"; level at the start assumed, missing: {measure['missing_en']}"
        lacking_zh = f"；起始水平为假设，缺少：{measure['missing_zh']}"
    return {
        "concept_en": f"{measure['concept_en']}{lacking_en}",
        "concept_zh": f"{measure['concept_zh']}{lacking_zh}",
    }


def not_modelled(measure: pd.Series) -> dict[str, str]:
    """Columns of a row without a value: reason and missing datum."""
    missing_en = f"; missing: {measure['missing_en']}" if measure["missing_en"] else ""
    missing_zh = f"；缺少：{measure['missing_zh']}" if measure["missing_zh"] else ""
    return {
        "modelled": "no",
        "reason_en": f"not modelled: {measure['reason_en']}{missing_en}",
        "reason_zh": f"未建模：{measure['reason_zh']}{missing_zh}",
    }


def not_recorded(frame: Frame, name: str, year: int, scenarios: list[str]) -> dict[str, str]:
    """Columns of a row whose value of an indicator this result does not hold."""
    if frame.years and frame.years[-1] < year:
        last = frame.years[-1]
        return {
            "reason_en": f"this result ends in {last}, before the targets' year {year}",
            "reason_zh": f"本结果止于{last}年，未到目标年{year}年",
        }
    if not set(scenarios) & set(frame.scenarios):
        names_zh = "、".join(SCENARIOS_ZH.get(scenario, scenario) for scenario in scenarios)
        return {
            "reason_en": f"this result has no {' or '.join(scenarios)} run",
            "reason_zh": f"本结果无{names_zh}的模拟",
        }
    entry = indicator(name)
    return {
        "reason_en": f"not recorded in this result: {entry.title_en}, {year}",
        "reason_zh": f"本结果未记录{year}年的{entry.title_zh}",
    }

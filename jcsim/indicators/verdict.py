"""Does a value meet a target? A comparison of numbers, never a probability.

A model whose own start is far from the published one is not judged: its level says nothing of the target.
"""

from __future__ import annotations

import re

from jcsim.errors import InputError

LEVEL = 0.5  # a start farther than this share of the published start from it is off
LEVEL_EN = (
    "Level off: a row is not judged where the model, in the year of the published start, is more than half (50 %) of the "
    "published value away from it."
)
LEVEL_ZH = "起点不符：模型在公布起点年份的数值与公布值相差超过公布值的一半（50%）者，不判断达标与否。"
SENSES = ("at_least", "at_most", "below", "within", "about", "towards", "report")


def target_range(target: str) -> tuple[float, float] | None:
    """Low and high end of a target's text (equal for a single number), or None when it is words.

    ``"68"`` is (68, 68), ``"100000-200000"`` its two ends, ``"towards 100000"`` (100000, 100000).
    """
    numbers = [float(part) for part in re.findall(r"\d+(?:\.\d+)?", target)]
    if not numbers:
        return None
    return numbers[0], numbers[-1]


def met(sense: str, target: str, value: float | None) -> str:
    """``yes`` or ``no`` by the target's sense; empty where the sense sets no threshold or nothing is known.

    ``about`` and ``towards`` set none; ``report`` asks for words.
    """
    if sense not in SENSES:
        raise InputError("unknown sense of a target", given=sense, allowed=", ".join(SENSES))
    ends = target_range(target)
    if value is None or ends is None:
        return ""
    low, high = ends
    if sense == "at_least":
        return "yes" if value >= low else "no"
    if sense == "at_most":
        return "yes" if value <= high else "no"
    if sense == "below":
        return "yes" if value < high else "no"
    if sense == "within":
        return "yes" if low <= value <= high else "no"
    return ""


def comparison(sense: str, target: str, value: float) -> tuple[str, str]:
    """The value against the target in words, English and Chinese; empty for a target in words."""
    ends = target_range(target)
    if ends is None:
        return "", ""
    low, high = ends
    if sense == "towards":
        share = 100.0 * value / low
        return f"{share:.0f} % of {low:,.0f}", f"达到{low:,.0f}的{share:.0f}%"
    if low <= value <= high and low != high:
        return "inside the range", "在范围内"
    gap = value - (low if value < low else high)
    text = _gap(abs(gap))
    if gap == 0:
        return "equal to the target", "等于目标值"
    return (f"{text} above", f"高{text}") if gap > 0 else (f"{text} below", f"低{text}")


def _gap(gap: float) -> str:
    if gap >= 1000:
        return f"{gap:,.0f}"
    return f"{gap:.3f}" if gap < 0.1 else f"{gap:.2f}"


def level_off(published: str, model: float | None) -> bool:
    """Whether the model's start is more than half of the published start away from it; False where one is unknown."""
    return bool(published) and model is not None and abs(model - float(published)) > LEVEL * abs(float(published))


def level_words(year: int, published: str, model: float) -> tuple[str, str]:
    """Why a row with a start that is off has no verdict, English and Chinese."""
    return (
        f"level off: in {year} the model has {model:,.4g}, published {float(published):,g}: more than half of "
        "the published value away from it, so no verdict",
        f"起点不符：{year}年模型为{model:,.4g}，公布值为{float(published):,g}，相差超过公布值的一半，故不判断",
    )

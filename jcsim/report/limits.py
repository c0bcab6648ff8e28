"""What this model cannot say: a part of every report."""

from __future__ import annotations

from typing import NamedTuple


class Limit(NamedTuple):
    """One thing the model cannot say, and why."""

    title_en: str
    title_zh: str
    text_en: str
    text_zh: str


LIMITS = (
    Limit(
        title_en="Forecasts for towns and townships",
        title_zh="乡镇预测",
        text_en="Below county level residents are allocated by rule from county totals. Township values "
        "are model output, never data; use them to see how an instrument works, not to plan a "
        "school.",
        text_zh="县以下人口按规则由县级总数分配。乡镇数值为模型输出而非统计数据，只用于理解政策作用方式，不用于具体选址。",
    ),
    Limit(
        title_en="Price levels",
        title_zh="价格水平",
        text_en="House prices, rents, land rents and compensation were not found for Jincheng: they are "
        "scenario inputs with a low, middle and high value.",
        text_zh="未找到晋城的房价、租金、土地租金和补偿标准，均为低、中、高三档情景输入。",
    ),
    Limit(
        title_en="Air quality and public works",
        title_zh="空气质量与工程建设",
        text_en="The model holds people, households, jobs and dwellings. It has no air, roads, sewers, "
        "green areas or built-up land.",
        text_zh="模型只含人口、家庭、就业与住房，不含空气、道路、管网、绿地与建成区。",
    ),
    Limit(
        title_en="The causal effect of past policies",
        title_zh="过去政策的因果效应",
        text_en="Policy coefficients are not estimated from 2010-2021 and keep their prior spread. What a "
        "reform of those years did cannot be read from a run.",
        text_zh="政策系数未由2010-2021年数据估计，保持先验离散；不能由模拟推断当年改革的成效。",
    ),
    Limit(
        title_en="Relabelling against moves in the history",
        title_zh="历史上的改划与迁移",
        text_en="How much of the urban growth of 2010-2020 in the five counties was relabelled territory "
        "and how much was net in-migration is not identified; a schedule is drawn from a prior.",
        text_zh="五县2010-2020年城镇增长中改划与净迁入各占多少无法识别，按先验抽取改划进度。",
    ),
    Limit(
        title_en="Effects smaller than the model's error",
        title_zh="小于模型误差的效应",
        text_en="About 0.3 points of the urbanisation rate over four years. Intervals hold parameter and "
        "sampling spread only; the discrepancy between model and world comes on top.",
        text_zh="四年约0.3个百分点。区间只含参数与抽样离散，不含模型与现实之间的误差。",
    ),
    Limit(
        title_en="Gross moves behind net ones",
        title_zh="净迁移背后的总流量",
        text_en="Censuses show stocks and net change. Return rates, network effects and the pace of "
        "reconsidering are prior; only their joint result can be compared with counts.",
        text_zh="普查只显示存量与净变动；返乡率、网络效应与决策频率为先验，只能比较其共同结果。",
    ),
)

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
        title_en="A forecast",
        title_zh="预测",
        text_en="Projections use information up to 31 December 2021 and one course of national wages, prices and "
        "enrolment. They say what a set of policies would change against the same course without it, not what the "
        "census of 2030 will count. What happened after 2021 is not in them.",
        text_zh="推算只用截至2021年12月31日的信息及一条全国工资、物价和招生路径，说明政策相对于同一路径的改变，"
        "不预测2030年普查数；2021年之后的事实不在其中。",
    ),
    Limit(
        title_en="The probability of meeting a target",
        title_zh="达标概率",
        text_en="It needs at least 20 runs, posterior draws and a discrepancy term. No posterior and no discrepancy term "
        "is shipped, so none is given.",
        text_zh="需要至少20次模拟、后验抽样和模型误差项；目前没有后验与误差项，故不给出。",
    ),
    Limit(
        title_en="Forecasts for towns and townships",
        title_zh="乡镇预测",
        text_en="Below county level residents are allocated by rule from county totals. Township values are model output, "
        "never data; use them to see how an instrument works, not to plan a school.",
        text_zh="县以下人口按规则由县级总数分配。乡镇数值为模型输出而非统计数据，只用于理解政策作用方式，不用于具体选址。",
    ),
    Limit(
        title_en="Price levels",
        title_zh="价格水平",
        text_en="House prices, rents, land rents and compensation were not found for Jincheng: they are scenario inputs "
        "with a low, middle and high value. One listing price of 2021 anchors the central city.",
        text_zh="未找到晋城的房价、租金、土地租金和补偿标准，均为低、中、高三档情景输入；仅以2021年一个挂牌价锚定中心城区。",
    ),
    Limit(
        title_en="Levels of inequality, land and savings",
        title_zh="差距、土地与储蓄的水平",
        text_en="No local table gives incomes, savings or land of households. Their spread at the start is an assumption; a "
        "Gini coefficient says how a scenario moves it, not what it is in Jincheng.",
        text_zh="没有本地家庭收入、储蓄与土地的分布表，起始离散为假设；基尼系数只说明情景间的变化，不代表晋城的实际水平。",
    ),
    Limit(
        title_en="Air quality and public works",
        title_zh="空气质量与工程建设",
        text_en="The model holds people, households, jobs and dwellings. It has no air, roads, sewers, green areas or "
        "built-up land; a target about them is never filled in with its own number.",
        text_zh="模型只含人口、家庭、就业与住房，不含空气、道路、管网、绿地与建成区；此类指标从不以目标值代填。",
    ),
    Limit(
        title_en="Clinics, care and teachers",
        title_zh="医疗、养老与师资",
        text_en="There is no clinic, care home, pre-school or teacher in the model. Access of emptying townships is the "
        "travel time to the county seat; places in town schools follow the pupils by rule.",
        text_zh="模型中没有诊所、养老机构、幼儿园与教师；人口流失乡镇的可达性以到县城的出行时间代表，城镇学位按规则随学生增加。",
    ),
    Limit(
        title_en="The causal effect of past policies",
        title_zh="过去政策的因果效应",
        text_en="Policy coefficients are not estimated from 2010-2021 and keep their prior spread. What a reform of those "
        "years did cannot be read from a run.",
        text_zh="政策系数未由2010-2021年数据估计，保持先验离散；不能由模拟推断当年改革的成效。",
    ),
    Limit(
        title_en="Deadweight, forward shift and who is retained",
        title_zh="无谓支出、提前实现与留居",
        text_en="Who would have settled or bought anyway, who only did so earlier, and who is still there after five years "
        "can be told only by following the same persons through two runs. This report compares groups and totals.",
        text_zh="哪些人本来就会落户或购房、哪些只是提前、五年后谁仍留居，须在两次模拟中追踪同一批人；本报告只比较群体与总数。",
    ),
    Limit(
        title_en="Relabelling against moves in the history",
        title_zh="历史上的改划与迁移",
        text_en="How much of the urban growth of 2010-2020 in the five counties was relabelled territory and how much was net "
        "in-migration is not identified; a schedule is drawn from a prior.",
        text_zh="五县2010-2020年城镇增长中改划与净迁入各占多少无法识别，按先验抽取改划进度。",
    ),
    Limit(
        title_en="Two hukou series in one",
        title_zh="两种户籍口径",
        text_en="24.44 % (2010) is the non-agricultural share, 42.82 % (2019) most likely registration by territory. Joined "
        "into one line they would need conversions that did not happen; the model keeps two indicators.",
        text_zh="24.44%（2010年）为非农业户口比重，42.82%（2019年）多半为按地域登记；连成一条线意味着并未发生的农转非，模型分列两个指标。",
    ),
    Limit(
        title_en="Effects smaller than the model's error",
        title_zh="小于模型误差的效应",
        text_en="About 0.3 points of the urbanisation rate over four years. Intervals hold parameter and sampling spread only; "
        "the discrepancy between model and world comes on top.",
        text_zh="四年约0.3个百分点。区间只含参数与抽样离散，不含模型与现实之间的误差。",
    ),
    Limit(
        title_en="Gross moves behind net ones",
        title_zh="净迁移背后的总流量",
        text_en="Censuses show stocks and net change. Return rates, network effects, the pace of reconsidering against the "
        "cost of moving, and the number of members away are prior; only their joint result can be compared with counts.",
        text_zh="普查只显示存量与净变动；返乡率、网络效应、决策频率与迁移成本之分以及外出人数均为先验，只能比较其共同结果。",
    ),
    Limit(
        title_en="Income convergence against composition",
        title_zh="收入趋同与构成变化",
        text_en="Relabelling edge villages moves better-off villagers from the rural to the urban mean and can change the ratio "
        "by up to half of what the plan asks; a fall of the ratio is not by itself a gain of the rural poor.",
        text_zh="改划近郊村会把较富裕的村民由乡村均值移入城镇均值，对收入比的影响可达规划降幅的一半；比值下降本身不等于农村低收入者受益。",
    ),
)

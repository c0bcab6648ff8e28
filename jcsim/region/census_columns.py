"""Which columns of a published census table make which quantity: one layout per table form.

A quantity is a nested tuple of column names shaped like its array; a string of names joined by ``+``
is their sum. Another prefecture's table with the same columns needs no code.
"""

from __future__ import annotations

from typing import NamedTuple

AGES = (
    (0, 0),
    (1, 4),
    *((low, low + 4) for low in range(5, 85, 5)),
    (85, 120),
)
"""Inclusive bounds of the 19 age groups of the county tables; the last is open (85 and over)."""

Columns = str | tuple["Columns", ...]


class Layout(NamedTuple):
    """Columns of one table form; ``None`` where the table has no such quantity."""

    code: str
    name: str
    counts: dict[str, Columns]
    numbers: dict[str, str]
    shares_percent: dict[str, str]


def _pairs(pattern: str, names: tuple[str, ...], sexes: tuple[str, str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(pattern.format(sex=sex, name=name) for name in names) for sex in sexes)


_AGE_2010 = tuple(
    f"{low}岁" if low == high else f"{low}-{high}岁" if high < 100 else f"{low}岁及以上" for low, high in AGES
)
_AGE_2020 = tuple(
    f"{low}岁" if low == high else f"{low}到{high}岁" if high < 100 else f"{low}岁以上" for low, high in AGES
)


def _age_columns_2010() -> tuple[tuple[str, ...], ...]:
    male, female = _pairs("{name}（{sex}）", _AGE_2010, ("男", "女"))
    # the transcription closes this one heading with a half-width bracket
    return male, tuple("45-49岁（女)" if name == "45-49岁（女）" else name for name in female)


CENSUS_2010 = Layout(
    code="区划代码",
    name="地区",
    counts={
        "residents": "合计",
        "residents_by_sex": ("男", "女"),
        "population": _age_columns_2010(),
        "urban": "城镇人口",
        "family_households": "户数",
        "family_persons": "人口数",
        "one_person": "一人户",
        "generations": ("一代户", "二代户", "三代户", "四代以上户"),
        "with_old": tuple(
            f"有65岁及以上老年人口的户数（户）-{n}" for n in ("有一个老人", "有二个老人", "有三个及以上老人")
        ),
        "marital": _pairs("{name}-{sex}", ("未婚", "有配偶", "离婚", "丧偶"), ("男", "女")),
        "of_15_and_over": "15岁及以上人口-合计",
        "education": _pairs(
            "{name}-{sex}",
            ("未上过学", "小学", "初中", "高中", "大学专科", "大学本科及以上"),
            ("男", "女"),
        ),
        "industry": (
            "农林牧渔业",
            "采矿业",
            "制造业+电力、燃气及水的生产和供应业",
            "建筑业",
            # two headings of the transcription are shifted by one word; all these are market services
            (
                "仓储和邮政业+交通运输、计算机服务和软件业+信息传输、批发和零售业+住宿和餐饮业+金融业+房地产业"
                "+租赁和商务服务业+居民服务和其他服务业"
            ),
            (
                "科学研究、技术服务和地质勘察业+水利、环境和公共设施管理业+教育+卫生、社会保障和社会福利业"
                "+文化、体育和娱乐业+公共管理和社会组织+国际组织"
            ),
        ),
        "workers": "各种行业人口总计",
        "occupation": (
            "国家机关、党群组织、企业、事业单位负责人",
            "专业技术人员",
            "办事人员和有关人员",
            "商业、服务业人员",
            "农、林、牧、渔、水利业生产人员",
            "生产、运输设备操作人员及有关人员",
            "不便分类的其他从业人员",
        ),
        "activity_not_working": (
            "在校学生",
            "丧失工作能力",
            "毕业后未工作",
            "因单位原因失去工作",
            "因本人原因失去工作",
            "承包土地被征用",
            "离退休",
            "料理家务",
            "其他",
        ),
        "registered_elsewhere": (
            "迁入人口（人）-本县（市）/本市市区",
            "迁入人口（人）-本省其他县（市）、市区",
            "迁入人口（人）-外省",
        ),
        "not_working": "各种未工作人口总计",
        "hukou_population": "户籍人口",
        "sample_households": "长表数据-家庭户",
        "housing_source": ("住房来源-租赁", "住房来源-自建", "住房来源-购买", "", "", "住房来源-其他"),
    },
    numbers={"floor_area_per_person": "人均住房建筑面积（平方米/人）"},
    shares_percent={"nonfarm_hukou_share": "非农业户口人口比重（%）"},
)

CENSUS_2020 = Layout(
    code="code",
    name="nbs_区县",
    counts={
        "residents": "nbs_人口数_合计",
        "residents_by_sex": ("nbs_人口数_男", "nbs_人口数_女"),
        "population": _pairs("nbs_{sex}_{name}", _AGE_2020, ("男", "女")),
        "urban": "nbs_城镇人口",
        "family_households": "nbs_家庭户数",
        "family_persons": "nbs_家庭户人口数",
        "one_person": "nbs_一人户数",
        "generations": ("nbs_一代户数", "nbs_二代户数", "nbs_三代户数", "nbs_四代以上户数"),
        "with_old": ("nbs_有一个老人", "nbs_有二个老人", "nbs_有三个及以上老人"),
        "marital": _pairs("nbs_{name}_{sex}", ("未婚", "有配偶", "离婚", "丧偶"), ("男", "女")),
        "of_15_and_over": "nbs_十五岁以上人口",
        "education": tuple(
            (
                f"nbs_未上过学_{sex}+nbs_学前教育_{sex}",  # pre-school is no level attained
                *(f"nbs_{name}_{sex}" for name in ("小学", "初中", "高中", "大学专科", "本科及以上")),
            )
            for sex in ("男", "女")
        ),
        "industry": (
            "nbs_农林牧渔业",
            "nbs_采矿业",
            "nbs_制造业+nbs_电力热力燃气及水生产和供应业",
            "nbs_建筑业",
            (
                "nbs_批发和零售业+nbs_交通运输仓储和邮政业+nbs_住宿和餐饮业+nbs_信息传输软件和信息技术服务业"
                "+nbs_金融业+nbs_房地产业+nbs_租赁和商务服务业+nbs_居民服务修理和其服务业"
            ),
            (
                "nbs_科学研究和技术服务业+nbs_水利环境和公共设施管理业+nbs_教育+nbs_卫生和社会工作"
                "+nbs_文化体育和娱乐业+nbs_公共管理社会保障和社会组织+nbs_国际组织"
            ),
        ),
        "workers": "nbs_各种行业人口总计",
        "occupation": (
            "nbs_党的机关国家机关群众团体和社会组织企事业单位负责人",
            "nbs_专业技术人员",
            "nbs_办事人员和有关人员",
            "nbs_社会生产服务和生活服务人员",
            "nbs_农林牧渔业生产及辅助人员",
            "nbs_生产制造及有关人员",
            "nbs_不便分类其他的从业人员",
        ),
        "registered_elsewhere": (
            "nbs_户口登记地在外乡镇街道人口_本县",
            "nbs_户口登记地在外乡镇街道人口_本省其他县",
            "nbs_户口登记地在外乡镇街道人口_省外",
        ),
        "sample_households": "nbs_家庭户户数_长表",
        "housing_source": (
            "nbs_住房来源_租赁",
            "nbs_住房来源_自建",
            "nbs_住房来源_购买",
            "nbs_住房来源_继承或赠予",
            "",
            "nbs_住房来源_其他",
        ),
    },
    numbers={"floor_area_per_person": "nbs_人均住房建筑面积"},
    shares_percent={},
)

BLANK_IS_ZERO = frozenset({"industry", "occupation", "activity_not_working"})
"""Quantities whose blank cells mean that nobody of the sample was met; their sums are checked instead."""

LAYOUTS = {"census2010": CENSUS_2010, "census2020": CENSUS_2020}

OCCUPATIONS = ("heads", "professional", "clerical", "commerce_service", "farm", "production", "other")
NOT_WORKING = (
    "student",
    "unable_to_work",
    "graduated_never_worked",
    "lost_job_employer",
    "lost_job_own_reasons",
    "land_requisitioned",
    "retired",
    "housework",
    "other",
)

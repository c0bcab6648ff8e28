"""Every indicator id: titles, unit, definition, areas and kind. One place, for people and programs.

Statistical definitions are the National Bureau's: a resident has lived in the area for six months or
more, urban means urban-coded territory, values are of 31 December. Rows are read from
``data/indicators.csv``; every policy instrument adds its cost.
"""

from __future__ import annotations

import csv
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from jcsim.errors import InputError, nearest
from jcsim.instruments import load_instruments

if TYPE_CHECKING:
    import pandas as pd

AREAS = {
    "P": "prefecture",
    "C": "counties",
    "PC": "prefecture, counties",
    "PCT": "prefecture, counties, townships",
    "PCE": "prefecture, counties, outside places",
}
KINDS = ("stock", "flow", "share", "money", "cumulative")
UNIT_ZH = {
    "persons": "人",
    "persons a year": "人/年",
    "percent": "%",
    "yuan": "元",
    "yuan of 2020": "元（2020年价）",
    "yuan a year": "元/年",
    "yuan of 2020 a year": "元/年（2020年价）",
    "yuan/m2": "元/平方米",
    "yuan/m2 of 2020": "元/平方米（2020年价）",
    "ratio": "比值",
    "households": "户",
    "males per 100 females": "女=100",
    "dwellings": "套",
    "places": "个",
    "townships": "个",
    "minutes": "分钟",
    "years of income": "年",
}
PAYERS_ZH = {
    "centre": "中央财政",
    "province": "省财政",
    "city": "市财政",
    "county": "县财政",
    "employers": "用人单位",
    "households": "家庭",
}
COST = "cost_"  # an instrument's cost is recorded under this and its name


@dataclass(frozen=True)
class Indicator:
    """One row of the catalogue.

    ``kind``: stock (31 December), flow (in the year), share, money, cumulative (since the start year).
    """

    id: str
    title_en: str
    title_zh: str
    unit: str
    kind: str
    areas: str
    definition_en: str
    definition_zh: str

    @property
    def unit_zh(self) -> str:
        return UNIT_ZH[self.unit]


@lru_cache(maxsize=1)
def catalogue() -> tuple[Indicator, ...]:
    """All indicators, in the order of the catalogue, instruments' costs last."""
    with files("jcsim").joinpath("data", "indicators.csv").open(encoding="utf8") as file:
        rows = [Indicator(**row | {"areas": AREAS[row["areas"]]}) for row in csv.DictReader(file)]
    return (*rows, *_costs())


def indicator(name: str) -> Indicator:
    """One indicator by id.

    Raises
    ------
    InputError
        No such id; names the nearest one.
    """
    known = _by_id()
    if name not in known:
        raise InputError("unknown indicator", given=name, suggestion=nearest(name, known))
    return known[name]


def as_frame() -> pd.DataFrame:
    """The catalogue as a table, one row per indicator, both languages."""
    import pandas as pd

    return pd.DataFrame([{**asdict(entry), "unit_zh": entry.unit_zh} for entry in catalogue()])


@lru_cache(maxsize=1)
def _by_id() -> dict[str, Indicator]:
    return {entry.id: entry for entry in catalogue()}


def _costs() -> list[Indicator]:
    """What each instrument that somebody pays for costs in a year, nominal and in yuan of 2020."""
    rows = []
    for name, instrument in load_instruments().items():
        title, payer = instrument.title, instrument.payer
        if payer == "none":
            continue
        rows.append(
            Indicator(
                f"{COST}{name}", f"Cost: {title.en}", f"支出：{title.zh}", "yuan", "money", AREAS["P"],
                f"Spending on the instrument in the year, nominal; paid by: {payer}.",
                f"当年该政策工具支出（现价）；出资方：{PAYERS_ZH[payer]}。",
            )
        )  # fmt: skip
        rows.append(
            Indicator(
                f"{COST}{name}_real", f"Cost, 2020 yuan: {title.en}", f"支出（2020年价）：{title.zh}", "yuan of 2020",
                "money", AREAS["P"], f"Spending on the instrument in the year in 2020 prices; paid by: {payer}.",
                f"以2020年价计的当年该政策工具支出；出资方：{PAYERS_ZH[payer]}。",
            )
        )  # fmt: skip
    return rows

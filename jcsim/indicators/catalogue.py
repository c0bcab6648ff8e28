"""Every indicator id: titles, unit, definition, areas and kind. One place, for people and programs.

Statistical definitions are the National Bureau's: a resident has lived in the area for six months or
more, urban means urban-coded territory, values are of 31 December.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pandas as pd

from jcsim.errors import InputError, nearest
from jcsim.indicators.catalogue_entries import ENTRIES

AREAS = {
    "P": "prefecture",
    "C": "counties",
    "PC": "prefecture, counties",
    "PCT": "prefecture, counties, townships",
    "PE": "prefecture, outside places",
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
}


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


def catalogue() -> tuple[Indicator, ...]:
    """All indicators, in the order of the catalogue."""
    return _CATALOGUE


def indicator(name: str) -> Indicator:
    """One indicator by id.

    Raises
    ------
    InputError
        No such id; names the nearest one.
    """
    if name not in _BY_ID:
        raise InputError("unknown indicator", given=name, suggestion=nearest(name, _BY_ID))
    return _BY_ID[name]


def as_frame() -> pd.DataFrame:
    """The catalogue as a table, one row per indicator, both languages."""
    return pd.DataFrame([{**asdict(entry), "unit_zh": entry.unit_zh} for entry in _CATALOGUE])


_CATALOGUE = tuple(Indicator(*entry[:5], AREAS[entry[5]], *entry[6:]) for entry in ENTRIES)
_BY_ID = {entry.id: entry for entry in _CATALOGUE}

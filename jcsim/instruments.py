"""Policy instruments: what a scenario may set, with units, ranges, evidence and the plan's clause.

Each instrument is a file ``data/policies/NAME.yaml``; its mechanism is the module of the same name in
``jcsim.policies``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from jcsim.errors import InputError
from jcsim.frozen import FrozenDict
from jcsim.parameters.definitions import Grade
from jcsim.validation import NAME, Number, Text, refusal, unknown
from jcsim.yamlfile import load_yaml

FOLDER = Path(__file__).parent / "data" / "policies"
STRENGTH = "strength"
SETTING_KEYS = ("from", "until", "where", "clause", "note")  # of every dated setting
_UNIT_WORDS = frozenset(
    "yuan wan yi thousand million percent share points rate ratio m2 ha mu km minutes month months year years per "
    "person household dwelling".split()
)


class Title(BaseModel):
    """A name in Chinese and English."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: Text
    en: Text


class Dose(BaseModel):
    """One value an instrument takes; its name ends in its unit (``grant_yuan``).

    Attributes
    ----------
    low, high : what a scenario may write
    default : the value where a scenario writes none
    price_year : year whose prices a value in yuan is in
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Title
    unit: Text
    low: Number
    high: Number
    default: Number
    description: Text
    grade: Grade
    price_year: Annotated[int, Field(strict=True, ge=1990, le=2050)] | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.low <= self.default <= self.high:
            allowed = f"{self.low:g} to {self.high:g}"
            raise refusal("outside the range", at=["default"], given=self.default, allowed=allowed)
        if "yuan" in self.unit and self.price_year is None:
            raise refusal("money without a price year", at=["price_year"], allowed="the year of the prices")
        return self

    @property
    def allowed(self) -> str:
        """Range and unit in words."""
        hint = "; 0.25 is 25 %" if (self.low, self.high) == (0, 1) else ""
        return f"{self.low:g} to {self.high:g} ({self.unit}{hint})"


class Instrument(BaseModel):
    """A policy instrument.

    Attributes
    ----------
    name : of its file, its mechanism and its key in scenarios
    levers : codes P1 ... P27 of the plan's levers
    clause : chapter and section of the plan, or the act a historic measure rests on
    payer : budget the cost falls on
    evidence : A causal estimate with a number; B sign, or a number from elsewhere; C judgement
    year_first : it cannot act before this year
    local : whether a scenario may confine it to places
    settings : name -> Dose; always holds ``strength`` (0 is off, exactly)
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=NAME)]
    levers: Annotated[tuple[Annotated[str, Field(pattern=r"^P([1-9]|1[0-9]|2[0-7])$")], ...], Field(min_length=1)]
    title: Title
    clause: Text
    payer: Literal["centre", "province", "city", "county", "employers", "households", "none"]
    evidence: Literal["A", "B", "C"]
    year_first: Annotated[int, Field(strict=True, ge=1990, le=2050)]
    local: Annotated[bool, Field(strict=True)]
    mechanism: Text
    source: Text
    settings: dict[Annotated[str, Field(pattern=NAME)], Dose]

    @field_validator("settings")
    @classmethod
    def _has_strength(cls, settings: dict[str, Dose]) -> FrozenDict[str, Dose]:
        strength = settings.get(STRENGTH)
        if strength is None or (strength.low, strength.high) != (0, 1):
            raise refusal("no strength", allowed="a setting 'strength' from low: 0 to high: 1")
        return FrozenDict(settings)

    @property
    def doses(self) -> tuple[str, ...]:
        """Settings besides strength."""
        return tuple(name for name in self.settings if name != STRENGTH)

    def values(self, written: Mapping[str, Any]) -> FrozenDict[str, float]:
        """Every setting's value: as written (all names known), else the default.

        Raises
        ------
        PydanticCustomError
            (for use in a validator) no number, out of range, or nothing to do: an instrument with doses
            needs at least one.
        """
        for name, value in written.items():
            self._check(name, value)
        if self.doses and not any(name in written for name in self.doses):
            raise refusal("says nothing to do", allowed=f"at least one of {', '.join(self.doses)}")
        return FrozenDict({name: float(written.get(name, dose.default)) for name, dose in self.settings.items()})

    def _check(self, name: str, value: object) -> None:
        dose = self.settings[name]
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise refusal("not a number", at=[name], given=value, allowed=dose.allowed)
        if not -math.inf < value < math.inf:
            raise refusal("not a finite number", at=[name], given=value, allowed=dose.allowed)
        if not dose.low <= value <= dose.high:
            raise refusal("out of range", at=[name], given=value, allowed=dose.allowed)

    def unknown_key(self, key: str, at: Sequence[str | int]) -> PydanticCustomError:
        """The refusal of a key at path ``at``: a wrong unit, or a name the instrument does not know."""
        stem = _stem(key)
        for known, dose in self.settings.items():
            if stem and stem == _stem(known):
                allowed = f"{known}, in {dose.unit}"
                return refusal("wrong unit", at=at, given=key, allowed=allowed, suggestion=known)
        return refusal("unknown key", at=at, **unknown(key, [*self.settings, *SETTING_KEYS]))


def _stem(name: str) -> str:
    """A setting's name without the unit at its end: ``grant`` of ``grant_yuan``."""
    words = name.split("_")
    while words and words[-1] in _UNIT_WORDS:
        words.pop()
    return "_".join(words)


@lru_cache(maxsize=8)
def load_instruments(folder: Path = FOLDER) -> FrozenDict[str, Instrument]:
    """Every instrument of ``folder``, by name.

    Raises
    ------
    InputError
        A file is wrong, or its ``name`` is not the file's.
    """
    found = {path.stem: read_instrument(path) for path in sorted(folder.glob("*.yaml"))}
    if not found:
        raise InputError("no instrument files here", file=folder, allowed="files NAME.yaml")
    return FrozenDict(found)


def read_instrument(path: Path) -> Instrument:
    """One instrument file, validated."""
    document = load_yaml(path)
    instrument = document.validate(Instrument, document.mapping())
    if instrument.name != path.stem:
        raise document.error("not the file's name", ("name",), given=instrument.name, allowed=path.stem)
    return instrument

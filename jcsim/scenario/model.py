"""What a scenario is: validated, immutable, hashable."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, field_validator, model_validator
from pydantic_core import PydanticCustomError

from jcsim.frozen import FrozenDict
from jcsim.instruments import SETTING_KEYS, STRENGTH, Instrument, Title, load_instruments
from jcsim.scenario import places
from jcsim.validation import NAME, Source, Text, refusal, unknown

if TYPE_CHECKING:
    from jcsim.region import Region

FIRST_YEAR, LAST_YEAR = 1990, 2050
OFF = "off"
Year = Annotated[int, Field(strict=True, ge=FIRST_YEAR, le=LAST_YEAR)]
Variant = Literal["low", "mid", "high"]


class Setting(BaseModel):
    """One dated setting of an instrument, in force from 1 January ``from_`` to 31 December ``until``.

    Attributes
    ----------
    from_, until : calendar years, both included; ``until`` None is open
    where : codes of counties and towns, or groups of them; ``("all",)`` is everywhere
    clause : of the plan, or the act; the instrument's own where None
    values : every value of the instrument, defaults filled in
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    from_: Year = Field(alias="from")
    until: Year | None = None
    where: tuple[Annotated[str, Field(min_length=1)], ...] = Field(("all",), min_length=1)
    clause: Text | None = None
    note: Text | None = None
    values: FrozenDict[str, float] = Field(default_factory=FrozenDict)

    @model_validator(mode="before")
    @classmethod
    def _gather_values(cls, raw: Any) -> Any:
        """Keys that are not of every setting are the instrument's values."""
        if not isinstance(raw, Mapping):
            return raw
        values = {key: value for key, value in raw.items() if key not in SETTING_KEYS}
        return {key: value for key, value in raw.items() if key in SETTING_KEYS} | {"values": values}

    @field_validator("values", mode="plain")
    @classmethod
    def _keep(cls, values: Any) -> FrozenDict[str, Any]:
        return FrozenDict(values)  # the scenario checks them: only it knows the instrument

    @field_validator("where", mode="before")
    @classmethod
    def _as_codes(cls, where: Any) -> Any:
        listed = where if isinstance(where, (list, tuple)) else [where]
        codes = [str(c) if isinstance(c, int) and not isinstance(c, bool) else c for c in listed]
        for position, code in enumerate(codes):
            if code in codes[:position]:
                raise refusal("the place stands twice", at=[position], given=code)
        return codes

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until is not None and self.until < self.from_:
            raise refusal("ends before it begins", at=["until"], given=self.until, allowed=f"{self.from_} or later")
        return self

    @property
    def strength(self) -> float:
        """Share of the full effect: 0 is off."""
        return self.values[STRENGTH]

    def active(self, year: int) -> bool:
        """Whether the setting is in force in ``year`` (a strength of 0 never is)."""
        return self.strength > 0 and self.from_ <= year and (self.until is None or year <= self.until)

    def as_dict(self) -> dict[str, Any]:
        """As written in a file, defaults included."""
        written = {"from": self.from_, "until": self.until, "where": list(self.where)}
        rest = {"clause": self.clause, "note": self.note}
        return {k: v for k, v in {**written, **self.values, **rest}.items() if v is not None}


class Scenario(BaseModel):
    """A scenario with all it inherits: immutable; equal when every field but ``extends`` is.

    Attributes
    ----------
    name, title : identity and its names in Chinese and English
    extends : name or file of the scenario it was written against, for information
    start : census year the run starts from
    until : last year of a run that asks for no other
    assumptions : exogenous series -> variant; ``mid`` where not named
    feedback : whether jobs, wages, housing and services respond
    relabelling : whether villages may become urban-coded territory
    instruments : instrument -> dated settings
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=NAME)]
    title: Title
    extends: str | None = None
    start: Literal[2010, 2020]
    until: Year
    assumptions: dict[Annotated[str, Field(pattern=NAME)], Variant] = Field(default_factory=FrozenDict)
    feedback: Annotated[bool, Field(strict=True)] = True
    relabelling: Annotated[bool, Field(strict=True)] = True
    instruments: dict[str, tuple[Setting, ...]] = Field(default_factory=FrozenDict)

    _source: Source = PrivateAttr(default_factory=Source)

    @field_validator("start", mode="before")
    @classmethod
    def _whole_year(cls, start: Any) -> Any:
        if not isinstance(start, int):
            raise refusal("wrong value", given=start, allowed="2010 or 2020")
        return start

    @field_validator("assumptions")
    @classmethod
    def _frozen_assumptions(cls, assumptions: dict[str, Variant]) -> FrozenDict[str, Variant]:
        return FrozenDict(assumptions)

    @field_validator("instruments", mode="before")
    @classmethod
    def _known_instruments(cls, raw: Any) -> Any:
        known = load_instruments()
        for name, settings in raw.items() if isinstance(raw, Mapping) else ():
            if name not in known:
                raise refusal("unknown instrument", at=[name], **unknown(name, known))
            if not isinstance(settings, (list, tuple)) or not settings:
                raise refusal("not a list of dated settings", at=[name], allowed="'- from: YEAR', or off")
            _refuse_unknown_keys(known[name], settings)
        return raw

    @field_validator("instruments")
    @classmethod
    def _checked_settings(cls, instruments: dict[str, tuple[Setting, ...]]) -> FrozenDict[str, Any]:
        return FrozenDict({name: _checked(name, settings) for name, settings in instruments.items()})

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.until <= self.start:
            raise refusal("ends before it begins", at=["until"], given=self.until, allowed=f"after {self.start}")
        return self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scenario) and self.hash == other.hash

    def __hash__(self) -> int:
        return hash(self.hash)

    @property
    def hash(self) -> str:
        """Hash of every field but ``extends`` (16 hex digits)."""
        return _hash(self.as_dict())

    @property
    def content_hash(self) -> str:
        """Hash of what a run can depend on: every field but ``name``, ``title`` and ``extends``."""
        content = self.as_dict()
        del content["name"], content["title"]
        return _hash(content)

    def settings_in(self, year: int) -> dict[str, tuple[Setting, ...]]:
        """Instruments in force in ``year`` with their active settings, which never share a place."""
        active = {n: tuple(s for s in settings if s.active(year)) for n, settings in self.instruments.items()}
        return {name: settings for name, settings in active.items() if settings}

    def variant(self, series: str) -> str:
        """Variant of an exogenous series: ``low``, ``mid`` or ``high``."""
        return self.assumptions.get(series, "mid")

    def as_dict(self) -> dict[str, Any]:
        """The scenario as a file without ``extends`` would say it; ``load_scenario`` reads it back."""
        return {
            "name": self.name,
            "title": self.title.model_dump(),
            "start": self.start,
            "until": self.until,
            "assumptions": dict(self.assumptions),
            "feedback": self.feedback,
            "relabelling": self.relabelling,
            "instruments": {n: [s.as_dict() for s in settings] for n, settings in self.instruments.items()},
        }

    def check(self, region: Region) -> None:
        """Check places and series against a region.

        Raises
        ------
        InputError
            An unknown place, an unknown series or variant, a last year beyond the region's series, or two
            settings of one instrument that meet in place and time.
        """
        places.check_scenario(self, region, self._source)


def _hash(content: dict[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _refuse_unknown_keys(instrument: Instrument, settings: list[Any] | tuple[Any, ...]) -> None:
    """Misspelt keys come first: one that stands for ``from`` would read as a missing ``from``."""
    for position, setting in enumerate(settings):
        for key in setting if isinstance(setting, Mapping) else ():
            if key not in SETTING_KEYS and key not in instrument.settings:
                raise instrument.unknown_key(key, at=(instrument.name, position, key))


def _checked(name: str, settings: tuple[Setting, ...]) -> tuple[Setting, ...]:
    """The settings of one instrument with all values filled in."""
    instrument = load_instruments()[name]
    complete = []
    for position, setting in enumerate(settings):
        if setting.from_ < instrument.year_first:
            raise refusal(
                "before the instrument exists",
                at=[name, position, "from"],
                given=setting.from_,
                allowed=f"{instrument.year_first} or later",
            )
        if not instrument.local and setting.where != (places.ALL,):
            raise refusal(
                "cannot be confined to places",
                at=[name, position, "where"],
                given=", ".join(setting.where),
                allowed="the whole prefecture: leave 'where' out",
            )
        try:
            values = instrument.values(setting.values)
        except PydanticCustomError as error:
            context = error.context or {}
            raise refusal(**context | {"at": (name, position, *context["at"])}) from None
        complete.append(setting.model_copy(update={"values": values}))
        _refuse_overlap(name, complete)
    return tuple(complete)


def _refuse_overlap(name: str, settings: list[Setting]) -> None:
    """Refuse the last setting where it meets an earlier one in time and (as far as names tell) place."""
    *earlier, last = settings
    for other in earlier:
        if places.meet_in_time(last, other) and places.names_meet(last.where, other.where):
            raise refusal(
                "overlaps another setting of the instrument",
                at=[name, len(earlier), "from"],
                given=last.from_,
                allowed=f"years and places outside {places.span(other)}",
            )

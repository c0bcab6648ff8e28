"""What the user of the app chooses, and the scenario it makes of the chosen one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from jcsim.errors import InputError
from jcsim.frozen import FrozenDict
from jcsim.indicators.select import PLAN
from jcsim.instruments import STRENGTH, Dose, load_instruments
from jcsim.scenario import Scenario, Setting, load_scenario

INSTRUMENTS = ("settlement_relaxation", "housing_subsidy", "rights_exit", "county_seat_jobs")
SCALES = (0.001, 0.01, 0.02, 0.1, 1.0)
FEWEST_POSITIONS = 100  # of a slider

Values = Mapping[str, Mapping[str, float]]  # instrument -> value -> amount


@dataclass(frozen=True)
class Choices:
    """Scenario, scale, seed and the values of the four instruments.

    Attributes
    ----------
    case : name of a shipped scenario
    scale : share of the population simulated
    seed : whole number from 0, or None for an entropy seed
    values : instrument -> name of a value -> amount in the instrument's unit
    """

    case: str
    scale: float
    seed: int | None
    values: Values = field(hash=False)

    @classmethod
    def of(cls, case: str, scale: float = 0.01, seed: int | None = 1) -> Choices:
        """A shipped scenario as it is."""
        return cls(case, scale, seed, values_of(shipped(case)))

    def with_case(self, case: str) -> Choices:
        """Another scenario with its own values; scale and seed stay."""
        return Choices.of(case, self.scale, self.seed)

    def with_scale(self, scale: float) -> Choices:
        """Another share of the population."""
        return replace(self, scale=scale)

    def with_seed(self, seed: int | None) -> Choices:
        """Another seed."""
        return replace(self, seed=seed)

    def with_value(self, instrument: str, name: str, amount: float) -> Choices:
        """One slider moved."""
        values = {**self.values, instrument: {**self.values[instrument], name: float(amount)}}
        return replace(self, values=FrozenDict(values))

    @property
    def scenario(self) -> Scenario:
        """The chosen scenario with the values of the sliders: itself where none was moved.

        An instrument whose values were changed takes its new values from the year :func:`starts` says; an
        instrument all of whose values are zero is left out, which is off exactly.
        """
        base = shipped(self.case)
        own = values_of(base)
        changed = {name: self.values[name] for name in INSTRUMENTS if self.values[name] != own[name]}
        if not changed:
            return base
        content = base.as_dict()
        title = content["title"]
        content["title"] = {"zh": f"{title['zh']}（在页面中改动）", "en": f"{title['en']}, changed in the app"}
        for name, values in changed.items():
            settings = _changed_settings(base, name, values)
            content["instruments"].pop(name, None)
            if settings:
                content["instruments"][name] = settings
        return load_scenario(content)

    @property
    def changed(self) -> bool:
        """Whether any slider was moved from the scenario's own values."""
        return any(dict(self.values[name]) != own for name, own in values_of(shipped(self.case)).items())


@lru_cache(maxsize=32)
def shipped(case: str) -> Scenario:
    """A shipped scenario, read once: the page asks for it with every move of a slider."""
    return load_scenario(case)


def seed_of(text: str) -> int | None:
    """The seed a user wrote; nothing is None, a random seed.

    Raises
    ------
    InputError
        It is no whole number from 0.
    """
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise InputError("wrong seed", field="seed", given=text, allowed="a whole number from 0, or nothing")
    return int(text)


def doses(instrument: str) -> dict[str, Dose]:
    """The values a user may set, by name: strength only where there is nothing else."""
    entry = load_instruments()[instrument]
    return {name: entry.settings[name] for name in entry.doses or (STRENGTH,)}


def values_of(scenario: Scenario) -> FrozenDict[str, FrozenDict[str, float]]:
    """Values of the four instruments in the scenario's last settings; zero where it does not use one."""
    found = {}
    for name in INSTRUMENTS:
        last = _last(scenario, name)
        on = last is not None and last.strength > 0
        found[name] = FrozenDict({value: float(last.values[value]) if on else 0.0 for value in doses(name)})
    return FrozenDict(found)


def starts(scenario: Scenario, instrument: str) -> int:
    """Year from which a changed value acts.

    That of the scenario's last setting if it lies in the run; otherwise that of the plan.
    """
    last = _last(scenario, instrument)
    if last is not None and last.from_ > scenario.start:
        return last.from_
    return _last_of_plan(instrument).from_


def step(dose: Dose, values: tuple[float, ...]) -> float:
    """Step of a slider: the largest 1, 2 or 5 times a power of ten with at least 100 positions in the
    range on which ``values`` (of shipped scenarios) lie."""
    power = math.floor(math.log10(dose.high - dose.low))
    for exponent in range(power, power - 9, -1):
        for digit in (5, 2, 1):
            size = digit * 10.0**exponent
            fits = all(abs((v - dose.low) / size - round((v - dose.low) / size)) < 1e-6 for v in values)
            if fits and (dose.high - dose.low) / size >= FEWEST_POSITIONS:
                return size
    raise ValueError(f"no step for {dose.title.en}: {values} are too fine for {dose.low} to {dose.high}")


def _last(scenario: Scenario, instrument: str) -> Setting | None:
    settings = scenario.instruments.get(instrument, ())
    return max(settings, key=lambda setting: setting.from_, default=None)


def _last_of_plan(instrument: str) -> Setting:
    last = _last(shipped(PLAN), instrument)
    assert last is not None, f"the plan does not use {instrument}"
    return last


def _changed_settings(base: Scenario, instrument: str, values: Mapping[str, float]) -> list[dict[str, Any]]:
    """Settings of one instrument with new values from the year they act: places and clause are those of
    the scenario's last setting, else of the plan's."""
    begin = starts(base, instrument)
    settings = base.instruments.get(instrument, ())
    kept = [_cut(setting, begin) for setting in settings if setting.from_ < begin]
    if not any(values.values()):
        return kept
    latest = max((setting.from_ for setting in settings), default=None)
    models = [setting for setting in settings if setting.from_ == latest] or [_last_of_plan(instrument)]
    for model in models:
        new = {key: value for key, value in model.as_dict().items() if key not in ("until", "note")}
        if model.strength == 0:
            new[STRENGTH] = 1.0
        kept.append({**new, "from": begin, **values})
    return kept


def _cut(setting: Setting, year: int) -> dict[str, Any]:
    """A setting that ends before ``year`` at the latest."""
    content = setting.as_dict()
    return {**content, "until": min(content.get("until", year - 1), year - 1)}

"""Sets of parameters and the values of one draw."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

import numpy as np

from jcsim.frozen import FrozenDict
from jcsim.parameters.definitions import Parameter
from jcsim.validation import Source, unknown

CENTRAL = 0  # draw number of the central values
LAST_DRAW = 0xFFFFFFFF  # the generator numbers alternatives with 32 bits
CATALOGUE = "a name listed by 'info --parameters'"


class Parameters(Mapping[str, float]):
    """The value of every parameter in one draw; immutable.

    Attributes
    ----------
    definitions : name -> Parameter
    label : ``prior``, ``posterior``, ``mean`` or ``file``
    draw_number : k of the draw, 0 for the central values
    """

    def __init__(
        self,
        values: Mapping[str, float],
        definitions: FrozenDict[str, Parameter],
        label: str = "prior",
        draw_number: int = CENTRAL,
    ) -> None:
        self._values = FrozenDict({name: float(values[name]) for name in definitions})
        self.definitions, self.label, self.draw_number = definitions, label, draw_number

    def __getitem__(self, name: str) -> float:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __hash__(self) -> int:
        return hash(self._values)

    def __repr__(self) -> str:
        return f"Parameters({self.label}, draw {self.draw_number}, {len(self)} values, {self.hash})"

    @property
    def record(self) -> np.ndarray:
        """A structured array of length 1, one f8 field a parameter, sorted by name (a fresh copy).

        Compiled rules take its row and read ``p.name``.
        """
        dtype = np.dtype([(name, "f8") for name in self._values])
        return np.array([tuple(self._values.values())], dtype)

    @cached_property
    def hash(self) -> str:
        """Hash of names and values to the last bit (16 hex digits)."""
        text = ";".join(f"{name}={value.hex()}" for name, value in self._values.items())
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def replace(self, **values: float) -> Parameters:
        """The same draw with other values of the named parameters.

        Raises
        ------
        InputError
            Unknown name, or a value that is not a number within the parameter's hard bounds.
        """
        checked = check_values(values, self.definitions)
        return Parameters(self._values | checked, self.definitions, self.label, self.draw_number)


@dataclass(frozen=True)
class ParameterSet:
    """Every parameter with its prior, and what has been fitted or set by hand.

    Attributes
    ----------
    definitions : name -> Parameter, sorted by name
    label : ``prior``, ``posterior``, ``mean`` or ``file``
    note : what a reader of results must know about the set, or ""
    overrides : values that hold in every draw
    posterior : rows of joint posterior values, row 0 central; empty without a posterior
    """

    definitions: FrozenDict[str, Parameter]
    label: str = "prior"
    note: str = ""
    overrides: FrozenDict[str, float] = field(default_factory=FrozenDict)
    posterior: tuple[FrozenDict[str, float], ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.definitions)

    @property
    def hash(self) -> str:
        """Hash of priors, posterior and overrides: all that decides the draws (16 hex digits)."""
        priors = [
            (p.name, p.distribution, p.value.hex(), p.low.hex(), p.high.hex(), str(p.concentration))
            for p in self.definitions.values()
        ]
        fitted = [sorted((name, v.hex()) for name, v in row.items()) for row in self.posterior]
        kept = sorted((name, v.hex()) for name, v in self.overrides.items())
        content = repr((self.label == "mean", priors, fitted, kept))
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def central(self) -> Parameters:
        """The central values: of the posterior where fitted, else of the prior."""
        values = {name: p.value for name, p in self.definitions.items()}
        fitted = self.posterior[0] if self.posterior else {}
        return Parameters(values | fitted | self.overrides, self.definitions, self.label)

    def draw(self, k: int) -> Parameters:
        """Draw ``k`` (1, 2, ...): the same numbers whichever other parameters exist.

        Fitted parameters come jointly from row ``k`` of the posterior (starting over after its last
        row), the others from their priors. A set labelled ``mean`` gives its central values.

        Raises
        ------
        ValueError
            ``k`` is not a whole number from 1 to LAST_DRAW.
        """
        if isinstance(k, bool) or not isinstance(k, (int, np.integer)) or not 1 <= k <= LAST_DRAW:
            raise ValueError(f"draw number {k!r}: draws are numbered 1 to {LAST_DRAW}; central() is draw 0")
        if self.label == "mean":
            values: dict[str, float] = dict(self.central())
        else:
            fitted = self.posterior[1 + (k - 1) % (len(self.posterior) - 1)] if self.posterior else {}
            fixed = fitted | self.overrides
            values = {n: fixed[n] if n in fixed else p.draw(int(k)) for n, p in self.definitions.items()}
        return Parameters(values, self.definitions, self.label, int(k))

    def replace(self, **values: float) -> Self:
        """The same set with these values in every draw (checked as in ``Parameters.replace``)."""
        checked = check_values(values, self.definitions)
        return replace(self, overrides=FrozenDict(self.overrides | checked))


def check_values(
    values: Mapping[str, object],
    definitions: Mapping[str, Parameter],
    source: Source | None = None,
    at: tuple[str | int, ...] = ("parameters",),
) -> dict[str, float]:
    """Values by name, each a number within its parameter's hard bounds.

    Raises
    ------
    InputError
        At ``(*at, name)`` of ``source``.
    """
    source = source or Source()
    checked = {}
    for name, value in values.items():
        if name not in definitions:
            about = unknown(name, definitions)
            raise source.error("unknown parameter", (*at, name), **about | {"allowed": CATALOGUE})
        checked[name] = definitions[name].checked(value, source, (*at, name))
    return checked

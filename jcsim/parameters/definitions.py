"""What a parameter is: one entry of a file in ``data/parameters``.

```yaml
network_slope: {value: 2.5, low: 0.5, high: 5.4, unit: logit per unit share, distribution: triangular,
  evidence: "Chen, Jin and Yue 2010, IV estimate as upper bound", grade: prior, price_year: null}
```
"""

from __future__ import annotations

import hashlib
import math
import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from jcsim.draws import KEY_MASK, register_event
from jcsim.draws import uniform as keyed_uniform
from jcsim.errors import InputError
from jcsim.frozen import FrozenDict
from jcsim.parameters import distributions
from jcsim.validation import NAME, Number, Source, Text, refusal
from jcsim.yamlfile import Document, load_yaml

FOLDER = Path(__file__).parents[1] / "data" / "parameters"
DRAW = register_event("parameter draw", 9001)
SEED = 0x6A6373696D  # one constant: draw k is the same numbers in every run and scenario

Grade = Literal["estimate", "official", "derived", "secondary", "recollection", "prior", "scenario", "assumption"]
Distribution = Literal["triangular", "uniform", "loguniform", "beta", "fixed"]


class Entry(BaseModel):
    """One entry as written in a file.

    Attributes
    ----------
    value : central value (mode of a triangular, mean of a beta distribution)
    low, high : range of the prior
    minimum, maximum : hard bounds of a value set by hand; the range where not given
    concentration : of a beta distribution only: a + b of the standard form
    evidence, grade : where the value comes from and what kind of evidence that is
    price_year : year whose prices a value in yuan is in
    meaning : what the parameter is, in a sentence
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: Number
    low: Number
    high: Number
    unit: Text
    distribution: Distribution
    evidence: Text
    grade: Grade
    price_year: Annotated[int, Field(strict=True, ge=1990, le=2050)] | None = None
    minimum: Number | None = None
    maximum: Number | None = None
    concentration: Annotated[Number, Field(gt=0, le=10_000)] | None = None
    meaning: str = ""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        self._check_range()
        self._check_distribution()
        if "yuan" in self.unit and self.price_year is None:
            raise refusal("money without a price year", at=["price_year"], allowed="the year of the prices")
        return self

    def _check_range(self) -> None:
        if not self.low <= self.value <= self.high:
            at = "low" if self.low > self.value else "high"
            raise refusal(
                "the range does not hold the value",
                at=[at],
                given=getattr(self, at),
                allowed=f"low <= value <= high, with value {self.value:g}",
            )
        if self.minimum is not None and self.minimum > self.low:
            raise refusal("above low", at=["minimum"], given=self.minimum, allowed=f"at most {self.low:g}")
        if self.maximum is not None and self.maximum < self.high:
            raise refusal("below high", at=["maximum"], given=self.maximum, allowed=f"at least {self.high:g}")

    def _check_distribution(self) -> None:
        if (self.distribution == "beta") != (self.concentration is not None):
            allowed = "given with distribution beta and with no other"
            raise refusal("wrong use of concentration", at=["concentration"], allowed=allowed)
        if self.distribution == "beta" and not self.low < self.value < self.high:
            raise refusal(
                "a beta needs its mean inside the range", at=["value"], given=self.value,
                allowed=f"between {self.low:g} and {self.high:g}, both excluded",
            )  # fmt: skip
        if self.distribution == "loguniform" and self.low <= 0:
            raise refusal("not positive", at=["low"], given=self.low, allowed="above 0 for loguniform")


class Parameter(Entry):
    """A validated parameter: an entry with its name and the group (file) it stands in."""

    name: str
    group: str

    @property
    def bounds(self) -> tuple[float, float]:
        """Smallest and largest value that may be set by hand."""
        return (
            self.low if self.minimum is None else self.minimum,
            self.high if self.maximum is None else self.maximum,
        )

    def quantile(self, u: float) -> float:
        """The value below which the prior puts probability ``u`` (0 < u < 1)."""
        if self.distribution == "fixed":
            return self.value
        if self.distribution == "uniform":
            return distributions.uniform(u, self.low, self.high)
        if self.distribution == "loguniform":
            return distributions.loguniform(u, self.low, self.high)
        if self.distribution == "triangular":
            return distributions.triangular(u, self.low, self.value, self.high)
        assert self.concentration is not None  # _check_distribution
        width = self.high - self.low
        mean = (self.value - self.low) / width
        a, b = mean * self.concentration, (1.0 - mean) * self.concentration
        return self.low + width * distributions.beta(u, a, b)

    def draw(self, k: int) -> float:
        """Draw ``k`` of the prior: a function of the name and ``k`` alone."""
        return self.quantile(keyed_uniform(SEED, DRAW, 0, name_key(self.name), k))

    def checked(self, value: object, source: Source, path: tuple[str | int, ...]) -> float:
        """``value`` as a number within the hard bounds, or InputError at ``path`` of ``source``."""
        smallest, largest = self.bounds
        allowed = f"a number from {smallest:g} to {largest:g} ({self.unit})"
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise source.error("not a number", path, given=value, allowed=allowed)
        if not -math.inf < value < math.inf:
            raise source.error("not a finite number", path, given=value, allowed=allowed)
        if not smallest <= value <= largest:
            raise source.error("out of range", path, given=value, allowed=allowed)
        return float(value)


def name_key(name: str) -> int:
    """A stable 63-bit key of a parameter's name."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") & KEY_MASK


@lru_cache(maxsize=8)
def read_definitions(folder: Path = FOLDER) -> FrozenDict[str, Parameter]:
    """Every parameter of the files of ``folder``, sorted by name.

    Raises
    ------
    InputError
        An entry is wrong, or a name stands in two files.
    """
    found: dict[str, Parameter] = {}
    stands: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        document = load_yaml(path)
        for name, parameter in _of_file(document, path.stem).items():
            if name in found:
                raise document.error(f"the name is taken by a parameter of {stands[name]}", (name,), given=name)
            found[name], stands[name] = parameter, path.name
    if not found:
        raise InputError("no parameter files here", file=folder, allowed="files NAME.yaml")
    return FrozenDict({name: found[name] for name in sorted(found)})


def _of_file(document: Document, group: str) -> dict[str, Parameter]:
    parameters = {}
    for name, raw in document.mapping().items():
        if not re.match(NAME, name):
            allowed = "small letters, digits and _, a letter first"
            raise document.error("not a parameter's name", (name,), given=name, allowed=allowed)
        entry = document.validate(Entry, raw, at=(name,))
        parameters[name] = Parameter(name=name, group=group, **entry.model_dump())
    return parameters

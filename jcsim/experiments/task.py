"""One run of a batch: everything that decides its result, and the key under which that is stored."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jcsim.experiments.atomic import canonical
from jcsim.experiments.codeversion import code_version

if TYPE_CHECKING:
    from jcsim.parameters import Parameters
    from jcsim.scenario import Scenario

CENTRAL = 0  # the replicate with central parameter values
SEED_BITS = 53  # a whole number every reader of JSON keeps exact
FULL, COUNTIES = "full", "counties"


@dataclass(frozen=True)
class Task:
    """One run.

    Attributes
    ----------
    scenario, parameters : what to simulate, whole and immutable
    replicate : 0 for central parameter values, k for draw k
    seed : of this run (see ``replicate_seed``)
    scale : share of the population simulated, 1.0 is one to one
    until : last year
    region : name or folder, and ``region_hash`` of its content
    engine, threads : how to compute; ``threads`` cannot change a result and is not in the key
    detail : ``full`` keeps towns and the tables of people and flows; ``counties`` keeps the prefecture,
        counties and outside places
    code : version of the sources and data the task was made with
    """

    scenario: Scenario
    parameters: Parameters
    replicate: int = CENTRAL
    seed: int = 1
    scale: float = 1.0
    until: int = 2035
    region: str = "jincheng"
    region_hash: str = ""
    engine: str = "compiled"
    threads: int | None = None
    detail: str = FULL
    code: str = field(default_factory=code_version)

    @property
    def key(self) -> str:
        """Content key (32 hex digits): equal keys, equal results."""
        content = {
            "scenario": self.scenario.content_hash,
            "parameters": self.parameters.hash,
            "region": self.region_hash,
            "seed": self.seed,
            "scale": float(self.scale),
            "until": self.until,
            "engine": self.engine,
            "detail": self.detail,
            "code": self.code,
        }
        return hashlib.sha256(canonical(content)).hexdigest()[:32]

    @property
    def start(self) -> int:
        """Census year the run starts from."""
        return self.scenario.start

    @property
    def cost(self) -> float:
        """Rough amount of work in full-scale model years, for order and progress."""
        return (self.until - self.start + 1) * (self.scale + 0.002)

    def __str__(self) -> str:
        which = "central" if self.replicate == CENTRAL else f"replicate {self.replicate}"
        return f"{self.scenario.name} {which} at {scale_text(self.scale)}"


def replicate_seed(seed: int, replicate: int) -> int:
    """The seed of replicate ``replicate``: the seed itself for the central run, else derived from both.

    The same in every scenario, so that replicate k of two scenarios meets the same luck.
    """
    if replicate == CENTRAL:
        return seed
    digest = hashlib.sha256(f"jcsim replicate {seed} {replicate}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - SEED_BITS)


def replicate_numbers(replicates: int) -> tuple[int, ...]:
    """One replicate is the central run (0); more are the parameter draws 1 to N."""
    return (CENTRAL,) if replicates == 1 else tuple(range(1, replicates + 1))


def scale_text(scale: float) -> str:
    """A scale as people write it: 1:1, 1:50; a share where it is not one in a whole number."""
    whole = round(1.0 / scale)
    return f"1:{whole}" if abs(whole * scale - 1.0) < 1e-9 else f"{scale:g}"

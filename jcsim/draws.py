"""Keyed randomness: a draw is a function of (seed, event, year, agent key, alternative).

Nothing ever draws "the next number", so results cannot depend on order, workers or threads, and the
same person meets the same luck in every scenario. The generator is Philox4x32-10 (Salmon et al. 2011,
"Parallel random numbers: as easy as 1, 2, 3"), checked against its published known answers. Its
64-bit key is the seed; its 128-bit counter is the agent's key (64), event and year (16 + 16) and the
alternative (32).

Events are registered by name; two events with one code are an error.
"""

import math

import numpy as np

from jcsim.compilation import njit
from jcsim.numeric import log

MASK32 = 0xFFFFFFFF
MULTIPLIER_0, MULTIPLIER_1 = 0xD2511F53, 0xCD9E8D57
WEYL_0, WEYL_1 = 0x9E3779B9, 0xBB67AE85
KEY_MASK = 0x7FFFFFFFFFFFFFFF

EVENTS: dict[str, int] = {}


def register_event(name: str, code: int) -> int:
    """Give an event its code (1 to 65535).

    Raises
    ------
    ValueError
        The name or the code is taken, or the code is out of range.
    """
    if not 1 <= code <= 0xFFFF:
        raise ValueError(f"event code {code} of {name!r} is not in 1..65535")
    if name in EVENTS or code in EVENTS.values():
        raise ValueError(f"event {name!r} or its code {code} is already registered")
    EVENTS[name] = code
    return code


@njit
def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """Ten rounds of Philox4x32; six 32-bit words in, four out.

    Products may wrap in 64 bits when compiled and not in Python: the masks give the same words.
    """
    for _ in range(10):
        p0 = MULTIPLIER_0 * c0
        p1 = MULTIPLIER_1 * c2
        c0 = ((p1 >> 32) & MASK32) ^ c1 ^ k0
        c1 = p1 & MASK32
        c2 = ((p0 >> 32) & MASK32) ^ c3 ^ k1
        c3 = p0 & MASK32
        k0 = (k0 + WEYL_0) & MASK32
        k1 = (k1 + WEYL_1) & MASK32
    return c0, c1, c2, c3


@njit
def words(seed: int, event: int, year: int, key: int, alternative: int) -> tuple[int, int, int, int]:
    """The four 32-bit words of one draw."""
    return philox(
        key & MASK32,
        (key >> 32) & MASK32,
        ((event & 0xFFFF) << 16) | (year & 0xFFFF),
        alternative & MASK32,
        seed & MASK32,
        (seed >> 32) & MASK32,
    )


@njit
def uniform(seed: int, event: int, year: int, key: int, alternative: int) -> float:
    """A number in the open interval (0, 1) with 52 random bits."""
    a, b, _, _ = words(seed, event, year, key, alternative)
    return (a * 1048576.0 + (b >> 12) + 0.5) * (1.0 / 4503599627370496.0)


@njit
def four_uniforms(seed: int, event: int, year: int, key: int, block: int) -> tuple[float, float, float, float]:
    """Four numbers in the open interval (0, 1) of one draw, each with 32 random bits: chances are met to 2e-10."""
    a, b, c, d = words(seed, event, year, key, block)
    unit = 1.0 / 4294967296.0
    return (a + 0.5) * unit, (b + 0.5) * unit, (c + 0.5) * unit, (d + 0.5) * unit


@njit
def ringing_time(u: float, weight: float, earliest: float) -> float:
    """When the exponential clock of an alternative rings: ``-ln(u) / weight``, infinity if it never does (no
    weight) or surely not before ``earliest``.

    The clock that rings first is a draw with chances proportional to the weights: with ``weight = exp(V)``
    the logit model, as with Gumbel noise on V, at one logarithm or none (``-ln u >= 1 - u``).
    """
    if not weight > 0.0 or 1.0 - u >= earliest * weight:
        return math.inf
    return -log(u) / weight


@njit
def gumbel(seed: int, event: int, year: int, key: int, alternative: int) -> float:
    """A standard Gumbel deviate: adding one to each alternative's utility and taking the largest
    is a draw from the logit model (Train 2009, section 3.1)."""
    return -log(-log(uniform(seed, event, year, key, alternative)))


@njit
def normal(seed: int, event: int, year: int, key: int, alternative: int) -> float:
    """A standard normal deviate (Box and Muller 1958) in portable arithmetic."""
    a, b, c, d = words(seed, event, year, key, alternative)
    u = (a * 1048576.0 + (b >> 12) + 0.5) * (1.0 / 4503599627370496.0)
    v = (c * 1048576.0 + (d >> 12) + 0.5) * (1.0 / 4503599627370496.0)
    return math.sqrt(-2.0 * log(u)) * _cosine_of_turn(v)


@njit
def _cosine_of_turn(turn: float) -> float:
    """cos(2 pi turn) for turn in (0, 1), within 1e-13: Taylor sum on a quarter turn."""
    t = turn if turn <= 0.5 else 1.0 - turn
    sign = 1.0
    if t > 0.25:
        t = 0.5 - t
        sign = -1.0
    x = 6.283185307179586 * t
    z = x * x
    series = 1.0 - z / 462.0
    series = 1.0 - z / 380.0 * series
    series = 1.0 - z / 306.0 * series
    series = 1.0 - z / 240.0 * series
    series = 1.0 - z / 182.0 * series
    series = 1.0 - z / 132.0 * series
    series = 1.0 - z / 90.0 * series
    series = 1.0 - z / 56.0 * series
    series = 1.0 - z / 30.0 * series
    series = 1.0 - z / 12.0 * series
    series = 1.0 - z / 2.0 * series
    return sign * series


@njit
def child_key(key: int, event: int, ordinal: int) -> int:
    """A new 63-bit key from a parent's key, the event that made it and its ordinal there."""
    a, b, _, _ = words(0x6A6373696D, event, 0, key, ordinal)
    return ((a << 31) ^ b) & KEY_MASK


@njit
def _child_keys(parents, event, ordinal, out):
    for i in range(parents.shape[0]):
        out[i] = child_key(parents[i], event, ordinal)


def child_keys(parents: np.ndarray, event: int, ordinal: int) -> np.ndarray:
    """``child_key`` of every parent's key; int64."""
    out = np.zeros(len(parents), np.int64)
    _child_keys(np.ascontiguousarray(parents), event, ordinal, out)
    return out

"""Portable arithmetic: the same bits on every processor.

Numbers that can reach a result use only ``+ - * /``, comparisons, integers, ``sqrt`` and the three
functions below. The C library's ``log``, ``exp`` and ``pow`` change in the last bits between
processors with and without fused multiply-add, and NumPy's array versions differ again, so they are
banned from the model by a test that walks the source. Each function runs compiled or as plain Python
and returns the same bits either way.
"""

import math

from jcsim.compilation import njit

LN2_HIGH = 6.93147180369123816490e-01  # ln 2 split in two (fdlibm), so k * LN2_HIGH is exact
LN2_LOW = 1.90821492927058770002e-10
SQRT_HALF = 0.7071067811865476
INFINITY = math.inf


@njit
def log(x: float) -> float:
    """Natural logarithm of a positive finite number, within 1e-14 of the exact value.

    ``x = m 2**k`` with ``m`` in [sqrt(1/2), sqrt(2)); ``log m = 2 artanh s`` with ``s = (m-1)/(m+1)``,
    summed as an odd power series to ``s**21`` (remainder below 1e-17). ``x <= 0`` gives -inf.
    """
    if x <= 0.0:
        return -math.inf
    m, k = math.frexp(x)
    if m < SQRT_HALF:
        m = m * 2.0
        k = k - 1
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    series = 1.0 / 21.0
    series = 1.0 / 19.0 + z * series
    series = 1.0 / 17.0 + z * series
    series = 1.0 / 15.0 + z * series
    series = 1.0 / 13.0 + z * series
    series = 1.0 / 11.0 + z * series
    series = 1.0 / 9.0 + z * series
    series = 1.0 / 7.0 + z * series
    series = 1.0 / 5.0 + z * series
    series = 1.0 / 3.0 + z * series
    return k * LN2_HIGH + (2.0 * s + (2.0 * s * z * series + k * LN2_LOW))


@njit
def exp(x: float) -> float:
    """Exponential, within 1e-14 (relative) of the exact value.

    ``exp x = 2**k exp r`` with ``|r| <= ln(2)/2`` and a Taylor sum to ``r**13`` (remainder below
    1e-17). Above 709 the result is +inf; below -708 it is 0.
    """
    if x > 709.0:
        return math.inf
    if x < -708.0:
        return 0.0
    k = int(math.floor(x * 1.4426950408889634 + 0.5))
    r = (x - k * LN2_HIGH) - k * LN2_LOW
    series = 1.0 + r / 13.0
    series = 1.0 + r / 12.0 * series
    series = 1.0 + r / 11.0 * series
    series = 1.0 + r / 10.0 * series
    series = 1.0 + r / 9.0 * series
    series = 1.0 + r / 8.0 * series
    series = 1.0 + r / 7.0 * series
    series = 1.0 + r / 6.0 * series
    series = 1.0 + r / 5.0 * series
    series = 1.0 + r / 4.0 * series
    series = 1.0 + r / 3.0 * series
    series = 1.0 + r / 2.0 * series
    series = 1.0 + r * series
    return math.ldexp(series, k)


@njit
def power(base: float, exponent: float) -> float:
    """``base ** exponent`` for a positive base; 0 for a base of 0 or less."""
    if base <= 0.0:
        return 0.0
    return exp(exponent * log(base))


@njit
def whole(x: float) -> int:
    """Nearest integer, halves up: the one way a float becomes a count or an amount of yuan."""
    return int(math.floor(x + 0.5))


@njit
def logistic(x: float) -> float:
    """``1 / (1 + exp(-x))``."""
    return 1.0 / (1.0 + exp(-x))

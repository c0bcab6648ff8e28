"""Inverse distribution functions in portable arithmetic: the same draw on every processor."""

from __future__ import annotations

import math

from jcsim.numeric import exp, log

BISECTIONS = 60  # halvings of (0, 1): below the spacing of doubles near one half
FRACTION_TERMS = 400  # more than the continued fraction needs for any a, b below 10,000
TINY = 1e-300
HALF_LOG_2PI = 0.9189385332046727


def triangular(u: float, low: float, mode: float, high: float) -> float:
    """Quantile ``u`` of the triangular distribution on [low, high] with its peak at ``mode``."""
    width = high - low
    if width == 0.0:
        return low
    if u * width < mode - low:
        return low + math.sqrt(u * width * (mode - low))
    return high - math.sqrt((1.0 - u) * width * (high - mode))


def uniform(u: float, low: float, high: float) -> float:
    """Quantile ``u`` of the uniform distribution on [low, high]."""
    return low + u * (high - low)


def loguniform(u: float, low: float, high: float) -> float:
    """Quantile ``u`` of the distribution on [low, high] whose logarithm is uniform (0 < low)."""
    return min(max(low * exp(u * log(high / low)), low), high)


def beta(u: float, a: float, b: float) -> float:
    """Quantile ``u`` of the standard beta distribution, by bisection on its distribution function."""
    low, high = 0.0, 1.0
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        if beta_cumulative(middle, a, b) < u:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def beta_cumulative(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), within 1e-12.

    Continued fraction of DLMF 8.17.22, evaluated by Lentz's method; x beyond the mean uses
    ``I_x(a, b) = 1 - I_{1-x}(b, a)``, where the fraction converges fast.
    """
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - beta_cumulative(1.0 - x, b, a)
    log_front = a * log(x) + b * log(1.0 - x) + log_gamma(a + b) - log_gamma(a) - log_gamma(b)
    return exp(log_front) / (a * _fraction(x, a, b))


def _fraction(x: float, a: float, b: float) -> float:
    """``1 + d1/(1 + d2/(1 + ...))`` with the coefficients of DLMF 8.17.23."""
    value, c, d = 1.0, 1.0, 0.0
    for term in range(1, FRACTION_TERMS + 1):
        m = term // 2
        if term % 2:
            coefficient = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0))
        else:
            coefficient = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m))
        d = 1.0 / (_away_from_zero(1.0 + coefficient * d))
        c = _away_from_zero(1.0 + coefficient / c)
        change = c * d
        value *= change
        if abs(change - 1.0) < 1e-15:
            break
    return value


def _away_from_zero(value: float) -> float:
    return TINY if abs(value) < TINY else value


def log_gamma(z: float) -> float:
    """Logarithm of the gamma function of ``z > 0``: Stirling's series from 15 on, recurrence below."""
    product = 0.0
    while z < 15.0:
        product += log(z)
        z += 1.0
    inverse = 1.0 / (z * z)
    series = 1.0 / 1260.0 - inverse * (1.0 / 1680.0 - inverse / 1188.0)
    series = 1.0 / 12.0 - inverse * (1.0 / 360.0 - inverse * series)
    return (z - 0.5) * log(z) - z + HALF_LOG_2PI + series / z - product

"""Portable arithmetic agrees with the C library to 1e-14 and with itself in plain Python."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jcsim import numeric
from jcsim.engine import plain

POSITIVE = st.floats(min_value=5e-324, max_value=1.7e308)


@given(POSITIVE)
def test_log_is_within_1e14_of_libm(x):
    assert numeric.log(x) == pytest.approx(math.log(x), rel=1e-14, abs=1e-14)


@given(st.floats(min_value=-700, max_value=700))
def test_exp_is_within_1e14_of_libm(x):
    assert numeric.exp(x) == pytest.approx(math.exp(x), rel=1e-14)


@given(st.floats(min_value=1e-6, max_value=1e6), st.floats(min_value=-20, max_value=20))
def test_power_agrees_with_libm(base, exponent):
    assert numeric.power(base, exponent) == pytest.approx(base**exponent, rel=1e-12)


@given(POSITIVE, st.floats(min_value=-700, max_value=700))
def test_compiled_and_plain_python_give_the_same_bits(x, y):
    assert plain(numeric.log)(x) == numeric.log(x)
    assert plain(numeric.exp)(y) == numeric.exp(y)


def test_edges_are_defined():
    assert numeric.log(0.0) == -math.inf
    assert numeric.exp(1000.0) == math.inf
    assert numeric.exp(-1000.0) == 0.0
    assert numeric.power(0.0, 2.0) == 0.0


@pytest.mark.parametrize(("x", "n"), [(0.49, 0), (0.5, 1), (-0.5, 0), (2.5, 3), (-1.6, -2)])
def test_whole_rounds_halves_up(x, n):
    assert numeric.whole(x) == n


def test_logistic_is_symmetric():
    x = np.linspace(-30, 30, 61)
    total = [numeric.logistic(v) + numeric.logistic(-v) for v in x]
    assert total == pytest.approx([1.0] * len(x), abs=1e-15)

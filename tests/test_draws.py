"""The generator gives its published answers, and keyed draws are uniform and independent of order."""

import math

import numpy as np
import pytest
from scipy import stats

from jcsim import draws
from jcsim.compilation import njit
from jcsim.engine import plain

# Known answers of Random123's philox4x32 with ten rounds (kat_vectors of the authors' distribution).
KNOWN = [
    ((0, 0, 0, 0, 0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 6, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("words", "answer"), KNOWN)
def test_philox_gives_its_published_answers_compiled_and_plain(words, answer):
    assert draws.philox(*words) == answer
    assert plain(draws.philox)(*words) == answer


@njit
def _fill(out, first):
    for i in range(out.shape[0]):
        out[i] = draws.uniform(7, 3, 2021, first + i, 0)


def test_consecutive_keys_give_uniform_uncorrelated_numbers():
    u = np.empty(200_000)
    _fill(u, 1_000_000)
    assert u.min() > 0.0 and u.max() < 1.0
    assert stats.kstest(u, "uniform").pvalue > 1e-4
    assert abs(np.corrcoef(u[:-1], u[1:])[0, 1]) < 0.01


def test_every_part_of_the_key_changes_the_draw():
    base = (1, 2, 2020, 3, 4)
    changed = [tuple(v + (i == j) for j, v in enumerate(base)) for i in range(5)]
    values = {draws.uniform(*k) for k in [base, *changed]}
    assert len(values) == 6


def test_compiled_and_plain_draws_are_equal():
    for key in (0, 1, 2**62 + 12345, 2**63 - 1):
        assert plain(draws.uniform)(9, 8, 2030, key, 5) == draws.uniform(9, 8, 2030, key, 5)
        assert plain(draws.normal)(9, 8, 2030, key, 5) == draws.normal(9, 8, 2030, key, 5)
        assert plain(draws.child_key)(key, 8, 1) == draws.child_key(key, 8, 1)


def test_gumbel_and_normal_have_their_distributions():
    g = np.array([draws.gumbel(1, 1, 2020, k, 0) for k in range(20_000)])
    n = np.array([draws.normal(1, 2, 2020, k, 0) for k in range(20_000)])
    assert stats.kstest(g, "gumbel_r").pvalue > 1e-4
    assert stats.kstest(n, "norm").pvalue > 1e-4


def test_four_uniforms_are_uniform_and_equal_in_plain_python():
    four = np.array([draws.four_uniforms(1, 3, 2020, k, 0) for k in range(10_000)])
    assert all(stats.kstest(u, "uniform").pvalue > 1e-4 for u in four.T)
    assert np.abs(np.corrcoef(four.T) - np.eye(4)).max() < 0.05
    assert plain(draws.four_uniforms)(9, 8, 2030, 2**62 + 5, 1) == draws.four_uniforms(9, 8, 2030, 2**62 + 5, 1)


def test_the_clock_that_rings_first_is_a_draw_with_chances_proportional_to_the_weights():
    weights, counts = (0.0, 1.0, 3.0, 1e-9, 4.0), np.zeros(5)
    for key in range(20_000):
        earliest, first = math.inf, -1
        for k, weight in enumerate(weights):
            time = draws.ringing_time(draws.uniform(1, 4, 2020, key, k), weight, earliest)
            if time < earliest:
                earliest, first = time, k
        counts[first] += 1
    assert counts[0] == 0
    assert stats.chisquare(counts[[1, 2, 4]], 20_000 * np.array([1, 3, 4]) / 8).pvalue > 1e-4


@pytest.mark.parametrize("u", [1e-12, 0.3, 1.0 - 1e-12])
def test_a_clock_is_read_alike_by_both_engines_and_never_wrongly_passed_over(u):
    for weight in (0.0, 1e-300, 0.7, 1e300, math.inf):
        for earliest in (0.0, 0.5, 1e300, math.inf):
            time = draws.ringing_time(u, weight, earliest)
            assert plain(draws.ringing_time)(u, weight, earliest) == time
            if weight > 0.0 and time == math.inf:
                assert -math.log(u) / weight >= earliest * (1.0 - 1e-12)


def test_two_events_with_one_code_or_name_are_an_error():
    code = draws.register_event("test event", 65000)
    try:
        with pytest.raises(ValueError, match="already"):
            draws.register_event("another test event", code)
        with pytest.raises(ValueError, match="already"):
            draws.register_event("test event", 65001)
        with pytest.raises(ValueError, match="65535"):
            draws.register_event("too large", 70000)
    finally:
        del draws.EVENTS["test event"]


def test_child_keys_do_not_collide():
    keys = {draws.child_key(parent, 1, n) for parent in range(20_000) for n in range(5)}
    assert len(keys) == 100_000
    assert min(keys) >= 0

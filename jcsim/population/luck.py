"""Keyed luck of the builder: one number per person or household and purpose, the same on every machine."""

from __future__ import annotations

import numpy as np

from jcsim.compilation import njit_with_arrays
from jcsim.draws import KEY_MASK, child_key, normal, register_event, uniform, words
from jcsim.numeric import log

PERSON = register_event("population: person", 200)
HOUSEHOLD = register_event("population: household", 201)
AWAY = register_event("population: member away", 203)
CHOICE = register_event("population: choice", 204)  # the alternative tells the purpose
SAMPLE = register_event("population: rank in samples", 205)
ORDER = register_event("population: permutation", 206)

SEED = 0x6A6373  # fixed: a population does not depend on the seed of a run


@njit_with_arrays
def make_keys(parent, event, first, n):
    """Keys of ``n`` agents: children of a parent key by event and ordinal ``first`` onwards."""
    keys = np.empty(n, np.int64)
    for i in range(n):
        keys[i] = child_key(parent, event, first + i)
    return keys


@njit_with_arrays
def order_numbers(keys, purpose, event=CHOICE, seed=SEED):
    """62-bit numbers that put keyed agents in a random order."""
    numbers = np.empty(keys.shape[0], np.int64)
    for i in range(keys.shape[0]):
        a, b, _, _ = words(seed, event, 0, keys[i], purpose)
        numbers[i] = ((a << 30) ^ b) & (KEY_MASK >> 1)
    return numbers


@njit_with_arrays
def uniforms(keys, purpose):
    """Uniform numbers in (0, 1), one per key."""
    numbers = np.empty(keys.shape[0])
    for i in range(keys.shape[0]):
        numbers[i] = uniform(SEED, CHOICE, 0, keys[i], purpose)
    return numbers


@njit_with_arrays
def normals(keys, purpose):
    """Standard normal numbers, one per key."""
    numbers = np.empty(keys.shape[0])
    for i in range(keys.shape[0]):
        numbers[i] = normal(SEED, CHOICE, 0, keys[i], purpose)
    return numbers


@njit_with_arrays
def race(luck, weights):
    """Waiting times ``-log(u) / w``: the n shortest are a draw by weight without replacement.

    A weight of 0 waits for ever (after everybody else, in order of luck).
    """
    times = np.empty(luck.shape[0])
    for i in range(luck.shape[0]):
        wait = -log(luck[i])
        times[i] = wait / weights[i] if weights[i] > 0.0 else 1e300 * (1.0 + luck[i])
    return times


def base_key(region_code: str, year: int) -> int:
    """The key from which all keys of one population descend."""
    return int(child_key(int(region_code), PERSON, year))

"""The whole model over time: flows add up, another machine agrees, feedback acts, a long run settles."""

import os
import subprocess
import sys

import numpy as np
import pytest

import jcsim
from jcsim.parameters import load_parameters
from jcsim.scenario import load_scenario

SMALL = 0.004
DIGEST = "import jcsim; print(jcsim.JinchengModel('plan', scale=0.002, rng=3).run_to(2024).world.digest())"


def run(case, until, **settings):
    return jcsim.JinchengModel(case, **({"scale": SMALL, "rng": 1} | settings)).run_to(until)


def test_persons_add_up_over_years_from_gross_flows():
    model = run("history", 2014)
    table = model.trajectories()
    city = table[table["area"] == "140500"].pivot(index="year", columns="indicator", values="value")
    change = city["resident_population"].diff().iloc[1:]
    flows = city["births"] - city["deaths"] + city["arrivals"] - city["departures"]
    np.testing.assert_allclose(change, flows.iloc[1:], atol=1e-6)


@pytest.fixture(scope="module", autouse=True)
def another_processor(tmp_path_factory):
    """The same run in a process that meets a plainer processor; it compiles anew, beside the other tests."""
    plain = {
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-AVX2,-FMA4,-AVX512F",
        "NPY_DISABLE_CPU_FEATURES": " ".join(_features()),
        "NUMBA_CPU_NAME": "generic",
        "XDG_CACHE_HOME": str(tmp_path_factory.mktemp("another_machine")),
    }
    command = [sys.executable, "-c", DIGEST]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **plain}) as process:
        yield process
        process.kill()


def _features():
    """What NumPy would use of this processor beyond its baseline, as far as it may be turned off."""
    shown = np.show_config(mode="dicts")["SIMD Extensions"]
    return shown.get("found", [])


def test_without_feedback_jobs_and_prices_do_not_respond():
    content = load_scenario("plan").as_dict()
    fixed = load_scenario({**content, "name": "fixed", "feedback": False})
    off, on = run(fixed, 2028), run("plan", 2028)
    assert _private_jobs(off) == _private_jobs(run(fixed, 2024))
    assert _private_jobs(on) != _private_jobs(run("plan", 2024))
    assert not off.world.housing["level"].any()
    assert on.world.housing["level"].any()


def _private_jobs(model):
    """Mining jobs by market, which no programme adds to."""
    return model.world.labour.jobs[:, 1].tolist()


def test_other_seeds_and_parameters_give_other_worlds():
    digests = {run("baseline", 2022, rng=seed).world.digest() for seed in (1, 2)}
    changed = run("baseline", 2022, parameters=load_parameters("prior").draw(3))
    assert len(digests | {changed.world.digest()}) == 3


def test_a_long_run_neither_dies_of_an_error_nor_cycles():
    model = jcsim.JinchengModel("baseline", scale=0.002, rng=1)
    prices = []
    while model.year < 2080:
        model.step()
        prices.append(model.indicator("house_price_real"))
    late = np.diff(np.log(np.array(prices[-30:])))
    assert np.isfinite(prices).all()
    assert abs(late.mean()) < 0.05
    assert late.std() < 0.05
    assert [check for check in model.check() if not check[1]] == []


def test_another_processor_gives_the_same_bytes(another_processor):
    here = jcsim.JinchengModel("plan", scale=0.002, rng=3).run_to(2024).world.digest()
    assert another_processor.communicate()[0].strip() == here

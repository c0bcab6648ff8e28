"""Laws of the whole model: accounts balance, zero does nothing, and nothing but the inputs decides."""

import copy
import os
import pickle
import subprocess
import sys

import numpy as np
import pytest

import jcsim
from jcsim import engine
from jcsim.instruments import load_instruments
from jcsim.parameters import load_parameters
from jcsim.scenario import load_scenario

SMALL = 0.004
DIGEST = "import jcsim; print(jcsim.JinchengModel('plan', scale=0.002, rng=3).run_to(2024).world.digest())"


def run(case, until, **settings):
    return jcsim.JinchengModel(case, **({"scale": SMALL, "rng": 1} | settings)).run_to(until)


def same_trajectories(a, b):
    left, right = a.trajectories(), b.trajectories()
    return left.equals(right) and a.world.digest() == b.world.digest()


@pytest.mark.parametrize(("case", "until"), [("history", 2017), ("plan", 2027)])
def test_every_account_balances_in_every_year(case, until):
    model = jcsim.JinchengModel(case, scale=SMALL, rng=2)
    while model.year < until:
        model.step()
        assert [check for check in model.check() if not check[1]] == [], model.year


def test_persons_add_up_over_years_from_gross_flows():
    model = run("history", 2014)
    table = model.trajectories()
    city = table[table["area"] == "140500"].pivot(index="year", columns="indicator", values="value")
    change = city["resident_population"].diff().iloc[1:]
    flows = city["births"] - city["deaths"] + city["arrivals"] - city["departures"]
    np.testing.assert_allclose(change, flows.iloc[1:], atol=1e-6)


def with_and_without(name):
    """Baseline without the instrument, and with it at zero strength and its largest values."""
    content = load_scenario("baseline").as_dict()
    others = {key: settings for key, settings in content["instruments"].items() if key != name}
    entry = load_instruments()[name]
    values = {dose: entry.settings[dose].high for dose in entry.doses}
    setting = {"from": max(content["start"], entry.year_first), "strength": 0, **values, "clause": "a law"}
    without = load_scenario({**content, "name": "without", "instruments": others})
    return without, load_scenario({**content, "name": "zero", "instruments": {**others, name: [setting]}})


@pytest.mark.parametrize("name", sorted(load_instruments()))
def test_an_instrument_at_zero_strength_changes_no_number(name):
    without, zero = with_and_without(name)
    assert same_trajectories(run(without, 2024), run(zero, 2024))


def test_one_and_two_threads_write_the_same_bytes(monkeypatch):
    monkeypatch.setattr(engine, "PARALLEL_FROM", 0)
    assert same_trajectories(run("plan", 2024, threads=1), run("plan", 2024, threads=2))


def test_the_order_of_rows_does_not_matter():
    assert same_trajectories(run("plan", 2025), run("plan", 2025, permute=7))


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


def test_a_model_carried_over_goes_on_as_if_it_had_not_been(tmp_path):
    whole, half = run("plan", 2025), run("plan", 2023)
    carried = [
        copy.deepcopy(half),
        pickle.loads(pickle.dumps(half)),
        jcsim.JinchengModel.load(half.save(tmp_path / "model.gz")),
    ]
    assert [same_trajectories(model.run_to(2025), whole) for model in carried] == [True, True, True]


@pytest.mark.parametrize(("case", "until"), [("history", 2013), ("plan", 2024)])
def test_both_engines_make_the_same_world(case, until):
    run(case, until, scale=0.0005, engine="both")


def test_scenarios_are_equal_until_they_differ():
    baseline, plan = run("baseline", 2022), run("plan", 2022)
    assert baseline.world.digest() == plan.world.digest()
    assert baseline.run_to(2024).world.digest() != plan.run_to(2024).world.digest()


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

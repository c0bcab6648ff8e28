"""One rule, two engines: exact equality, and a mismatch is named."""

import numpy as np
import pytest

from jcsim.compilation import njit
from jcsim.draws import uniform
from jcsim.engine import Engine, EngineMismatch, Kernel, RowView, plain
from jcsim.numeric import exp, log, whole
from jcsim.records import PERSON


@njit
def earn(person, seed):
    """A rule with the traps: a one-byte field times a hundred, a division, a rounded write."""
    bonus = person.education * 100
    luck = uniform(seed, 60001, 2020, person.key, 0)
    person.earnings = whole(exp(log(1000.0 + bonus) + luck) / (1.0 + person.parity))


def earn_all(persons, seed):
    for i in range(persons.shape[0]):
        if persons[i].alive:
            earn(persons[i], seed)


EARN = Kernel(earn_all)


def people(n):
    rows = np.zeros(n, PERSON)
    rows["key"] = np.arange(n) * 7919
    rows["alive"] = np.arange(n) % 5 != 0
    rows["education"] = np.arange(n) % 6
    rows["parity"] = np.arange(n) % 3
    return rows


def test_compiled_and_agents_write_the_same_records():
    a, b = people(300), people(300)
    EARN(Engine("compiled"), a, 5)
    EARN(Engine("agents"), b, 5)
    assert a["earnings"].max() > 1000
    np.testing.assert_array_equal(a, b)


def test_one_thread_and_two_write_the_same_records():
    a, b = people(60_000), people(60_000)
    EARN(Engine("compiled", threads=1), a, 5)
    EARN(Engine("compiled", threads=2), b, 5)
    np.testing.assert_array_equal(a, b)


def test_permuting_the_rows_permutes_the_result():
    rows, order = people(300), np.random.default_rng(1).permutation(300)
    mixed = rows[order]
    EARN(Engine("compiled"), rows, 5)
    EARN(Engine("compiled"), mixed, 5)
    np.testing.assert_array_equal(rows[order], mixed)


def test_both_mode_names_the_kernel_field_and_rows_of_a_mismatch():
    broken = Kernel(earn_all)
    broken.source = plain(lambda persons, seed: persons[3].__setattr__("earnings", -1))
    with pytest.raises(EngineMismatch, match="earn_all.*earnings"):
        broken(Engine("both"), people(10), 5)


def test_both_mode_passes_when_equal():
    rows = people(50)
    EARN(Engine("both"), rows, 5)
    assert rows["earnings"].max() > 0


def test_views_widen_small_integers_and_refuse_unknown_fields():
    rows = people(10)
    view = RowView(rows, 3)
    rows["education"][3] = 100
    assert view.education * 100 == 10_000
    with pytest.raises(AttributeError, match="no field 'wage'"):
        _ = view.wage


def test_unknown_engine_is_refused():
    with pytest.raises(ValueError, match="compiled, agents, both"):
        Engine("fast")


def test_a_rule_of_one_s_own_takes_the_place_of_the_model_s_in_both_engines():
    import jcsim

    def nobody_retires(person, t):
        return False

    assert "reaches_retirement" in jcsim.rule_names()
    models = [
        jcsim.JinchengModel("baseline", scale=0.001, rng=1, engine=mode, rules={"reaches_retirement": nobody_retires})
        for mode in ("compiled", "agents")
    ]
    usual = jcsim.JinchengModel("baseline", scale=0.001, rng=1)
    for model in (*models, usual):
        model.step()
    retired = [int((model.world.persons.rows["activity"] == 8).sum()) for model in (models[0], usual)]
    assert retired[0] < retired[1]
    assert models[0].world.digest() == models[1].world.digest()


def test_an_unknown_rule_is_an_input_error_with_the_nearest_name():
    import jcsim

    with pytest.raises(jcsim.InputError, match="choose_work") as caught:
        jcsim.JinchengModel("baseline", scale=0.001, rules={"chose_work": None})
    assert caught.value.suggestion == "choose_work"


def test_a_rule_numba_cannot_compile_is_an_input_error():
    import jcsim
    from jcsim.errors import InputError

    def opens_a_file(person, t):
        return open(person)

    model = jcsim.JinchengModel("baseline", scale=0.001, rng=1, rules={"reaches_retirement": opens_a_file})
    with pytest.raises(InputError, match="cannot be compiled"):
        model.step()

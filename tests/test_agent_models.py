"""Models of rows and ordinary agents: mixed agent sets, copies, pickles, and models that are dropped."""

import copy
import gc
import pickle
import weakref

import mesa
import numpy as np
import pandas as pd
import pytest
from agents_demo import Demo

from jcsim.agents import Household, Person, Town
from jcsim.records import PERSON


@pytest.fixture
def model():
    return Demo(rng=1)


# mixed sets


def test_unique_ids_tell_the_kinds_apart(model):
    ids = model.agents.get("unique_id").tolist()
    assert ids == [1, 2, 3, 4, 5, *range(10**9, 10**9 + 40), *range(2 * 10**9, 2 * 10**9 + 120)]
    assert [agent.unique_id for agent in model.agents] == ids
    late = mesa.Agent(model)
    assert late.unique_id == 6 and late in model.agents and model.agents.index(late) == 5


def test_mixed_sets_order_and_group_across_kinds(model):
    everybody = model.agents
    backwards = everybody.sort("unique_id")
    assert [a.unique_id for a in backwards][::-1] == everybody.get("unique_id").tolist()
    assert type(backwards[0]) is Person and type(backwards[-1]) is Town
    counts = everybody.groupby(type).count()
    assert counts[Town] == 5 and counts[Person] == 120 and sum(counts.values()) == 165
    assert everybody.groupby("county").count()[None] == 1  # the outside place
    mixed = everybody.shuffle()
    assert len({type(agent) for agent in mixed[:80]}) >= 3 and mixed == everybody
    assert everybody.get(["key", "unique_id"], "default", 0)[:2] == [[0, 1], [0, 2]]
    assert everybody.select(lambda a: a.unique_id < 4).to_list() == list(model.towns)[:3]


def test_mixed_sets_follow_removal(model):
    everybody, some = model.agents, model.agents.select(lambda a: a.unique_id % 10 == 3)
    gone = [model.towns[2], model.households[3].persons[0]]
    assert gone[0] in some
    for agent in gone:
        agent.remove()
        assert agent not in some and agent not in everybody
    assert len(everybody) == 163


def test_mixed_sets_set_all_or_nothing(model):
    pair = model.agents.select(lambda a: a.unique_id in (1, 10**9))
    with pytest.raises(AttributeError):
        pair.set("mark", 3)
    assert not hasattr(model.towns[0], "mark")
    model.agents.select(agent_type=Town).set("mark", [1, 2, 3, 4, 5])
    assert [town.mark for town in model.towns] == [1, 2, 3, 4, 5]
    both = pair.set("savings", [5, 6])
    assert both.get("savings").tolist() == [5, 6]
    with pytest.raises(ValueError, match="3 values for 2 agents"):
        pair.set("savings", [1, 2, 3])


def test_mixed_sets_have_no_common_table(model):
    with pytest.raises(TypeError, match="take model.persons or model.households"):
        model.agents.to_pandas()
    with pytest.raises(TypeError, match="take model.persons or model.households"):
        _ = model.agents.rows
    assert len(model.agents.select(agent_type=Household).to_pandas()) == 40


# copies, and models that go


def test_models_pickle_and_go_on_as_the_original(model):
    model.step()
    twins_of_model = [pickle.loads(pickle.dumps(model)), copy.deepcopy(model)]
    model.step()
    wanted = model.persons.to_pandas()
    for twin in twins_of_model:
        assert twin.steps == 1 and twin.year == 2021
        assert twin.towns[0].model is twin and twin.persons[0].model is twin
        assert twin.town_at(0) is twin.towns[0]
        twin.step()
        pd.testing.assert_frame_equal(twin.persons.to_pandas(), wanted)
        assert twin.steps == 2 and twin.datacollector.model_vars == model.datacollector.model_vars
        assert mesa.Agent(twin).unique_id == 6


def test_copies_do_not_share_rows(model):
    twin = copy.deepcopy(model)
    twin.persons.set("earnings", 1)
    twin.towns[0].remove()
    assert model.persons.agg("earnings", sum) > 120 and len(model.towns) == 5


def test_views_pickle_with_their_model(model):
    person = pickle.loads(pickle.dumps(model.persons[3]))
    assert person.key == model.persons[3].key and person.home.members == 3
    assert person == person.model.persons[3] and copy.copy(person) == person


def test_dropped_models_are_freed():
    gone = []
    for seed in range(3):
        model = Demo(rng=seed)
        model.step()
        mesa.Agent(model)
        views = list(model.persons.select(lambda p: p.sex == 1))
        gone.append(weakref.ref(model))
    del model, views
    gc.collect()
    assert [reference() for reference in gone] == [None, None, None]


def test_tables_may_grow_and_be_replaced(model):
    person = model.persons[0]
    model.world.persons.append(np.zeros(5000, PERSON))  # reallocates; the new rows are not alive
    person.earnings = 77
    assert model.world.persons.rows["earnings"][0] == 77 and len(model.persons) == 120
    model.world.persons = model.world.persons.copy()
    model.use_tables({Household: model.world.households, Person: model.world.persons})
    person.earnings = 78
    assert person == model.persons[0] and model.world.persons.rows["earnings"][0] == 78

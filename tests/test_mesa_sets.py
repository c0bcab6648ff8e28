"""Agent sets of rows are Mesa agent sets: membership, set operations, what a model does with its sets."""

import copy
import operator
import pickle

import mesa
import pytest
from agents_demo import Being, PlainBeing, PlainTraveller, Traveller, keys, pair, twins
from mesa.agent import AgentSet

from jcsim.agents import Population, RowSet
from jcsim.agents.compat import AgentSetBase


def test_membership():
    _, rows, plain_model, model = pair()
    some = rows.select(lambda a: a.sex == 1)
    inside, outside = some[0], rows.select(lambda a: a.sex == 0)[0]
    assert inside in some and outside not in some and outside in rows
    assert next(iter(plain_model.agents)) not in rows and 3 not in rows
    assert next(iter(twins()[1].agents)) not in rows  # the same row of another model
    assert inside in model.agents_by_type[type(inside)]


@pytest.mark.parametrize("operation", [operator.or_, operator.and_, operator.sub, operator.xor])
def test_set_operations(operation):
    plain, rows, *_ = pair()
    results = []
    for agents in (plain, rows):
        women, rich = agents.select(lambda a: a.sex == 1), agents.select(lambda a: a.rich)
        results.append(sorted(keys(operation(women, rich))))
        results.append(sorted(keys(operation(women, list(rich)))))
        changed = women.select()
        changed = getattr(operator, f"i{operation.__name__.rstrip('_')}")(changed, rich)
        results.append(sorted(keys(changed)))
    assert results[:3] == results[3:] and results[3] == results[4] == results[5]


def test_set_comparisons():
    plain, rows, *_ = pair()
    for agents in (plain, rows):
        women = agents.select(lambda a: a.sex == 1)
        men = agents - women
        assert women < agents and agents > women and women <= agents and agents >= women
        assert women | men == agents and women.isdisjoint(men) and not women.isdisjoint(agents)
        assert agents.sort("earnings") == agents and women != men and agents != list(agents)
        with pytest.raises(TypeError):
            hash(agents)


def test_changing_a_set():
    plain, rows, *_ = pair()
    for agents in (plain, rows):
        all_of_them = list(agents)
        first, second = all_of_them[:2]
        agents.remove(first)
        agents.discard(first)
        with pytest.raises(KeyError):
            agents.remove(first)
        agents.add(first)
        agents.add(second)
        assert keys(agents) == keys([*all_of_them[1:], first])
        assert keys([agents.pop()]) == keys([second])
        agents.clear()
        assert len(agents) == 0
        with pytest.raises(KeyError):
            agents.pop()


def test_agents_of_another_model_are_refused():
    _, rows, *_ = pair()
    stranger = next(iter(twins()[1].agents))
    with pytest.raises(TypeError, match="its own model"):
        rows.add(stranger)
    with pytest.raises(TypeError, match="its own model"):
        rows | [stranger]


def test_sets_are_mesa_agent_sets_of_mesa_agents():
    _, rows, _, model = pair()
    assert isinstance(rows, AgentSetBase) and isinstance(model.agents, AgentSetBase)
    assert isinstance(rows[0], mesa.Agent) and rows.random is model.random
    assert isinstance(rows, RowSet) and isinstance(model.agents, Population)


def test_agents_by_type_is_a_partition_by_exact_type():
    plain, rows = twins()
    mine = {cls: keys(agents) for cls, agents in rows.agents_by_type.items()}
    theirs = {cls: keys(agents) for cls, agents in plain.agents_by_type.items()}
    assert mine == {Being: theirs[PlainBeing], Traveller: theirs[PlainTraveller]}
    assert rows.agent_types == [Being, Traveller]
    assert keys(rows.agents) == keys(plain.agents)


def test_removed_agents_are_in_no_set():
    plain, rows, plain_model, model = pair()
    for agents, its_model in ((plain, plain_model), (rows, model)):
        gone = list(agents)[4]
        gone.remove()
        gone.remove()
        assert gone not in its_model.agents and gone not in its_model.agents_by_type[type(gone)]
        assert len(its_model.agents) == 59
    del gone
    assert keys(rows) == keys(plain) and len(rows) == 59


def test_remove_all_agents():
    plain, rows = twins()
    for model in (plain, rows):
        model.remove_all_agents()
        assert len(model.agents) == 0 and list(model.agents) == []


def test_agents_cannot_be_assigned():
    for model in twins():
        with pytest.raises(AttributeError):
            model.agents = []


def test_new_agents_join_standing_sets():
    _, model = twins()
    travellers, everybody = model.agents_by_type[Traveller], model.agents
    new = Traveller(model, key=5, earnings=1)
    assert new in travellers and new in everybody and everybody.to_list()[-1] == new
    assert len(Being.create_agents(model, 2, key=[6, 7], earnings=[1, 2])) == 2
    assert len(model.agents) == 63


def test_sets_survive_copy_and_pickle():
    _, rows, *_ = pair()
    poor = rows.sort("earnings", ascending=True).select(at_most=10)
    for twin in (copy.copy(poor), copy.deepcopy(poor), pickle.loads(pickle.dumps(poor))):
        assert keys(twin) == keys(poor) and type(twin) is RowSet
    assert copy.deepcopy(poor)[0] != poor[0]  # an agent of another model


def test_a_plain_weak_agent_set_of_views_needs_them_held():
    _, rows, *_ = pair()
    assert len(AgentSet(rows, random=rows.random)) == 0  # documented: views are kept by nobody
    held = list(rows)
    assert len(AgentSet(held, random=rows.random)) == 60

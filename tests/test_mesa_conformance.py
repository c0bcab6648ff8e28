"""Agent sets of rows answer as Mesa's own agent sets of plain agents do."""

import operator

import numpy as np
import pytest
from agents_demo import PlainTraveller, Traveller, keys, pair
from hypothesis import given
from hypothesis import strategies as st

from jcsim.agents.whole import is_expression

LIMIT = 40_000
TABLE = np.array([5, 6, 7, 8])


SELECTIONS = {
    "comparison": lambda a: a.earnings > 50_000,
    "closure constant": lambda a: a.earnings < LIMIT,
    "both conditions": lambda a: (a.earnings > 20_000) & (a.residence == 2),
    "either condition": lambda a: (a.earnings > 90_000) | (a.sex == 1),
    "arithmetic": lambda a: a.earnings // 7 % 5 == 2,
    "true division": lambda a: a.earnings / 3 > 20_000,
    "63-bit keys": lambda a: a.key == 2**62 + 33,
    "more than 64 bits": lambda a: a.key * 3 > 2**63,
    "indexing": lambda a: TABLE[a.residence] > 6,
    "and": lambda a: a.earnings > 20_000 and a.residence == 2,
    "or": lambda a: a.sex == 1 or a.residence == 3,
    "not": lambda a: not a.sex,
    "chained comparison": lambda a: 20_000 < a.earnings < 60_000,
    "in": lambda a: a.residence in (1, 3),
    "conditional": lambda a: a.sex if a.earnings > LIMIT else not a.sex,
    "method": lambda a: a.wealth() > 100_000,
    "property": lambda a: a.rich,
    "constant": lambda a: True,
    "truth of a number": lambda a: a.residence,
    "through the model": lambda a: a.model.steps == a.sex,
    "type": lambda a: isinstance(a, (Traveller, PlainTraveller)),
    "random of the model": lambda a: a.model.random.random() < 0.5,
    "random of the agent": lambda a: a.random.random() < 0.5,
    "numpy random of the agent": lambda a: a.rng.random() < a.earnings / 100_000,
}


@pytest.mark.parametrize("name", SELECTIONS)
def test_select_by_function(name):
    plain, rows, *_ = pair()
    assert keys(rows.select(SELECTIONS[name])) == keys(plain.select(SELECTIONS[name]))


@given(
    at_most=st.integers(-2, 80) | st.floats(-0.5, 80, allow_nan=False) | st.sampled_from([0.0, 1.0, 1, float("inf")]),
    threshold=st.one_of(st.none(), st.integers(0, 100_000)),
    traveller=st.booleans(),
)
def test_select_at_most_and_type(at_most, threshold, traveller):
    plain, rows, *_ = pair()
    keep = None if threshold is None else lambda a: a.earnings > threshold
    mine = rows.select(keep, at_most=at_most, agent_type=Traveller if traveller else None)
    theirs = plain.select(keep, at_most=at_most, agent_type=PlainTraveller if traveller else None)
    assert keys(mine) == keys(theirs)


def test_select_in_place_changes_the_set_and_returns_it():
    plain, rows, *_ = pair()
    for agents in (plain, rows):
        assert agents.select(lambda a: a.sex == 1, inplace=True) is agents
    assert keys(rows) == keys(plain)


def test_select_without_conditions_is_a_copy():
    _, rows, *_ = pair()
    twin = rows.select()
    twin.discard(rows[0])
    assert len(rows) == len(twin) + 1


def test_select_stops_calling_when_it_has_enough():
    _, rows, *_ = pair()
    calls = []
    rows.select(lambda a: calls.append(a.key) is None, at_most=3)
    assert len(calls) == 3


def test_select_by_mask_is_select_by_function():
    _, rows, *_ = pair()
    assert rows.select(rows.get("earnings") > LIMIT) == rows.select(lambda a: a.earnings > LIMIT)
    with pytest.raises(ValueError, match="a mask needs 60 booleans"):
        rows.select(np.ones(3, bool))


def test_expressions_are_told_from_everything_else():
    told = {name: is_expression(keep) for name, keep in SELECTIONS.items() if name != "constant"}
    assert [name for name, expression in told.items() if expression] == [
        *("comparison", "closure constant", "both conditions", "either condition", "arithmetic"),
        *("true division", "63-bit keys", "more than 64 bits", "indexing", "property"),
        *("truth of a number", "through the model"),
    ]
    assert not is_expression(operator.attrgetter("earnings"))


def test_expression_is_evaluated_once_for_all():
    plain, rows, *_ = pair()
    sizes = []

    class Seen:
        def __gt__(self, other):
            sizes.append(np.size(other))
            return other < LIMIT

    seen = Seen()
    assert keys(rows.select(lambda a: seen > a.earnings)) == keys(plain.select(lambda a: a.earnings < LIMIT))
    assert sizes[0] == 60 and 2 <= len(sizes) <= 8  # once for all, then a few agents to compare with


def test_division_by_zero_raises_as_for_single_agents():
    plain, rows, *_ = pair()
    for agents in (plain, rows):
        list(agents)[7].earnings = 50_001
        with pytest.raises(ZeroDivisionError):
            agents.select(lambda a: 1 / (a.earnings - 50_001) > 0)


def test_a_single_number_beyond_64_bits_is_noticed():
    plain, rows, *_ = pair()
    for agents in (plain, rows):
        list(agents)[7].earnings = 2**30
    assert keys(rows.select(lambda a: a.earnings * 2**40 > 2**62)) == keys(list(plain)[7:8])


def test_error_inside_a_function_is_the_users_error():
    plain, rows, *_ = pair()
    for agents in (plain, rows):
        with pytest.raises(AttributeError, match="earnigns"):
            agents.select(lambda a: a.earnigns > 0)


@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize(
    "key",
    [
        *("residence", "rich"),
        lambda a: a.residence * 2 + a.sex,
        lambda a: (a.sex, -a.residence),
        lambda a: -a.earnings,
    ],
)
def test_sort_is_stable_in_both_directions(key, ascending):
    plain, rows, *_ = pair()
    assert keys(rows.sort(key, ascending=ascending)) == keys(plain.sort(key, ascending=ascending))


def test_sort_in_place_and_by_dotted_name():
    plain, rows, *_ = pair()
    assert rows.sort("model.steps") == rows
    assert rows.sort("earnings", inplace=True) is rows
    assert keys(rows) == keys(plain.sort("earnings"))


@pytest.mark.parametrize("inplace", [True, False])
def test_shuffle_gives_the_order_mesa_gives(inplace):
    plain, rows, *_ = pair(seed=5)
    before = keys(rows)
    assert keys(rows.shuffle(inplace)) == keys(plain.shuffle(inplace)) != before
    assert (keys(rows) == before) is not inplace


def test_shuffle_do_acts_in_the_order_mesa_does():
    plain, rows, *_ = pair(seed=6)
    mine, theirs = [], []
    rows.shuffle_do(lambda a, seen: seen.append(a.key), mine)
    plain.shuffle_do(lambda a, seen: seen.append(a.key), theirs)
    assert mine == theirs != keys(rows)


def test_do_map_and_their_arguments():
    plain, rows, *_ = pair()
    for agents in (plain, rows):
        assert agents.do("earn", amount=5).do(lambda a, k: a.earn(k), 2) is agents
        agents.shuffle_do("earn", 3)
    assert list(rows.get("earnings")) == plain.get("earnings")
    assert rows.map("wealth") == plain.map("wealth")
    assert rows.map(lambda a, k: a.residence + k, k=1) == plain.map(lambda a, k: a.residence + k, k=1)


def test_do_skips_agents_that_others_removed():
    plain, rows, *_ = pair()

    def remove_next(agent, agents, done):
        done.append(agent.key)
        for other in agents.select(lambda a: a.key == agent.key + 3):
            other.remove()

    mine, theirs = [], []
    rows.do(remove_next, rows, mine)
    plain.do(remove_next, plain, theirs)
    assert mine == theirs == [2**62 + 6 * i for i in range(30)]


def test_get_and_agg():
    plain, rows, *_ = pair()
    for name in ("earnings", "key", "rich"):
        assert list(rows.get(name)) == plain.get(name)
    assert rows.get(["key", "rich"]) == plain.get(["key", "rich"])
    assert rows.get([]) == plain.get([])
    rows.get("earnings")[0] = -1  # an array of one's own
    assert list(rows.get("earnings")) == plain.get("earnings")
    for function in (min, max, sum, len, np.mean):
        assert rows.agg("earnings", function) == plain.agg("earnings", function)
    assert list(rows.agg("sex", [min, max])) == plain.agg("sex", [min, max])


def test_get_of_missing_attributes():
    plain, rows, *_ = pair()
    for agents in (plain, rows):
        with pytest.raises(AttributeError):
            agents.get("nothing")
        with pytest.raises(ValueError, match="handle_missing"):
            agents.get("earnings", handle_missing="nothing")
    assert list(rows.get("nothing", "default", 3)) == plain.get("nothing", "default", 3)
    assert rows.get(["sex", "nothing"], "default") == plain.get(["sex", "nothing"], "default")


def test_sums_of_small_fields_do_not_wrap_around():
    _, rows, *_ = pair()
    rows.set("certificate", 100)  # an int8 field
    assert rows.agg("certificate", sum) == 6000
    assert len(rows.select(lambda a: a.certificate * 100 == 10_000)) == 60


def test_set_one_value_for_all():
    plain, rows, *_ = pair()
    for agents in (plain, rows):
        assert agents.set("earnings", 7) is agents
    assert list(rows.get("earnings")) == plain.get("earnings")


def test_set_takes_one_value_per_agent():
    _, rows, *_ = pair()
    wanted = list(range(60))
    assert rows.set("earnings", wanted).get("earnings").tolist() == wanted
    with pytest.raises(ValueError, match="3 values for 60 agents"):
        rows.set("earnings", [1, 2, 3])


GROUPINGS = {
    "name": "residence",
    "property": "rich",
    "expression": lambda a: a.residence % 2,
    "real": lambda a: a.residence / 2,
    "text": lambda a: "rich" if a.rich else "poor",
    "tuple": lambda a: (a.sex, a.residence),
}


@pytest.mark.parametrize("name", GROUPINGS)
def test_groupby(name):
    plain, rows, *_ = pair()
    mine, theirs = rows.groupby(GROUPINGS[name]), plain.groupby(GROUPINGS[name])
    assert list(mine.groups) == list(theirs.groups)
    assert [type(key) for key in mine.groups] == [type(key) for key in theirs.groups]
    assert {k: keys(g) for k, g in mine} == {k: keys(g) for k, g in theirs}
    assert mine.count() == theirs.count() and len(mine) == len(theirs)
    assert mine.agg("earnings", sum) == theirs.agg("earnings", sum)
    assert mine.map(len) == theirs.map(len)
    assert mine.map("agg", "earnings", max) == theirs.map("agg", "earnings", max)
    assert mine.do("do", "earn") is mine


def test_groupby_as_lists():
    plain, rows, *_ = pair()
    mine, theirs = (agents.groupby("residence", result_type="list") for agents in (rows, plain))
    assert all(isinstance(group, list) for _, group in mine)
    assert {k: keys(g) for k, g in mine} == {k: keys(g) for k, g in theirs}
    assert mine.agg("earnings", sum) == theirs.agg("earnings", sum)


def test_groups_of_an_empty_set():
    _, rows, *_ = pair()
    assert rows.select(lambda a: a.earnings < 0).groupby("residence").count() == {}


def test_sequence_of_agents():
    plain, rows, *_ = pair()
    assert len(rows) == len(plain) == 60
    listed = plain.to_list() if hasattr(plain, "to_list") else list(plain)
    assert rows.to_list() == list(rows)
    for item in (0, -1, 7):
        assert rows[item].key == listed[item].key
    assert keys(rows[5:20:4]) == keys(listed[5:20:4])
    assert keys(reversed(rows)) == keys(reversed(listed))
    assert len(rows.random.sample(rows, 5)) == 5  # needs a sequence
    assert rows.index(rows[4]) == 4 and rows.count(rows[4]) == 1
    with pytest.raises(IndexError):
        rows[60]

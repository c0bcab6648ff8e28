"""Households, persons and towns as Mesa agents: what they know, what they refuse, their tables."""

import numpy as np
import pandas as pd
import pytest
from agents_demo import PLACES, Being, Demo, Traveller, twins
from mesa.experimental.meta_agents.meta_agent import MetaAgent

from jcsim.agents import (
    CollectiveHousehold,
    Household,
    MigrantWorker,
    Person,
    RowAgent,
    RuralHousehold,
    Town,
    UrbanHousehold,
)
from jcsim.records import HOUSEHOLD, PERSON, HouseholdKind, Marital, PersonKind, Sex, Table


@pytest.fixture
def model():
    return Demo(rng=1)


# views of records


def test_fields_read_as_python_numbers_and_write_to_the_record(model):
    person = model.persons[3]
    assert type(person.earnings) is int and type(person.key) is int and type(person.unique_id) is int
    person.earnings += 5
    assert model.world.persons.rows["earnings"][3] == person.earnings == model.persons[3].earnings


def test_views_of_one_row_are_equal(model):
    a, b = model.persons[3], model.persons[3]
    assert a is not b and a == b and len({a, b}) == 1
    assert a != model.persons[4] and a != model.households[3] and a != Demo(rng=1).persons[3]


def test_misspelt_attribute_names_the_nearest(model):
    with pytest.raises(AttributeError, match="UrbanHousehold has .* 'savngs'; did you mean 'savings'"):
        _ = model.agents_by_type[UrbanHousehold][0].savngs
    assert not hasattr(model.persons[0], "savings")


def test_misspelt_write_is_refused_and_writes_nothing(model):
    person = model.persons[0]
    with pytest.raises(AttributeError, match=r"did you mean 'earnings'\?; an agent here is a record"):
        person.earning = 5
    with pytest.raises(AttributeError, match="did you mean 'earnings'"):
        model.persons.set("earning", 5)
    with pytest.raises(AttributeError):
        model.agents.set("earnings", 5)  # households have none
    assert model.persons.agg("earnings", sum) == Demo(rng=1).persons.agg("earnings", sum)


@pytest.mark.parametrize("name", ["age", "town", "unique_id", "home", "model", "remove"])
def test_what_is_not_stored_cannot_be_written(model, name):
    with pytest.raises(AttributeError):
        setattr(model.persons[0], name, 5)
    with pytest.raises(AttributeError, match="not stored"):
        model.persons.set(name, 5)


@pytest.mark.parametrize("value", [2.5, 2**31, -(2**40), float("nan"), "much", None, 2**70])
def test_values_that_do_not_fit_are_refused(model, value):
    with pytest.raises(ValueError, match="earnings"):
        model.persons[0].earnings = value
    with pytest.raises(ValueError, match="earnings"):
        model.persons.set("earnings", [value] * len(model.persons))


def test_whole_floats_and_codes_fit_integer_fields(model):
    person = model.persons[0]
    person.earnings, person.sex = 3.0, Sex.FEMALE
    assert person.earnings == 3 and person.sex == 1


def test_a_failing_property_shows_its_own_error(model):
    del model.region
    with pytest.raises(AttributeError, match="region"):
        _ = model.persons[0].town


# types


def test_types_partition_the_rows(model):
    model.step()
    by_type = model.agents_by_type
    assert set(by_type) == {
        *(Town, RuralHousehold, UrbanHousehold, CollectiveHousehold, Person, MigrantWorker),
    }
    rows = [agent for cls, agents in by_type.items() for agent in agents if type(agent) is cls]
    assert len(rows) == len(set(rows)) == len(model.agents) == 5 + 40 + 120
    assert len(by_type[CollectiveHousehold]) == 0
    assert len(model.workers) == len(by_type[MigrantWorker]) > 0
    assert len(model.persons) == len(by_type[Person]) + len(by_type[MigrantWorker])


def test_writing_kind_changes_the_type(model):
    household = model.agents_by_type[RuralHousehold][0]
    before = len(model.agents_by_type[UrbanHousehold])
    household.kind = HouseholdKind.URBAN
    assert type(household) is UrbanHousehold and household in model.agents_by_type[UrbanHousehold]
    assert len(model.agents_by_type[UrbanHousehold]) == before + 1
    model.persons.set("kind", PersonKind.MIGRANT_WORKER)
    assert len(model.agents_by_type[Person]) == 0 and type(model.persons[0]) is MigrantWorker


def test_a_kind_without_a_type_is_refused(model):
    with pytest.raises(ValueError, match="kind 7 is no type of Household; allowed: 0 RuralHousehold"):
        model.households[0].kind = 7
    with pytest.raises(ValueError, match="no type"):
        model.households.set("kind", [7] * 40)


def test_select_by_type_includes_subtypes(model):
    model.step()
    assert model.agents.select(agent_type=Person) == model.persons
    assert model.agents.select(agent_type=MigrantWorker) == model.workers
    assert model.agents.select(agent_type=(Town, Household)) == model.agents - model.persons


def test_class_definitions_are_checked():
    with pytest.raises(TypeError, match="kind 0 is already Person"):
        type("Other", (Person,), {}, kind=PersonKind.PERSON)
    with pytest.raises(TypeError, match="'rng' of the record would hide"):
        type("Odd", (RowAgent,), {}, record=np.dtype([("key", "i8"), ("rng", "i8")]))


def test_tables_are_checked(model):
    with pytest.raises(TypeError, match="another record layout"):
        model.use_tables({Person: Table(HOUSEHOLD)})
    with pytest.raises(TypeError, match="not the root class"):
        model.use_tables({MigrantWorker: Table(PERSON)})
    with pytest.raises(LookupError, match="no table for Being"):
        Being(model, key=1)


# making agents


def test_a_new_person_is_a_row_of_the_table(model):
    mother = model.persons[1]
    values = {"born": 2020, "sex": 0, "residence": 2, "hukou_place": 2}
    child = Person(model, key=99, household=mother.household, mother=mother.row, **values)
    assert child.row == 120 == model.world.persons.n - 1
    assert (child.age, child.spouse, child.weight, child.sector, child.alive) == (0, -1, 65536, -1, 1)
    assert child in mother.home.persons and mother.home.members == 4 and child.mother == mother.row


@pytest.mark.parametrize(
    ("values", "error", "words"),
    [
        ({"earnigns": 3}, TypeError, "unknown: earnigns"),
        ({"kind": 1}, TypeError, "unknown: kind"),
        ({"key": None}, ValueError, "'key' holds numbers"),
        ({"earnings": 2.5}, ValueError, "whole numbers"),
        ({"key": 2**62}, ValueError, "key must be new"),
    ],
)
def test_wrong_values_make_no_agent(values, error, words):
    _, rows = twins()
    with pytest.raises(error, match=words):
        Being(rows, **{"key": 1, **values})
    assert len(rows.agents) == 60


def test_required_fields_and_types_of_rows(model):
    with pytest.raises(TypeError, match="needs household, residence, hukou_place, born, sex"):
        Person(model, key=99)
    with pytest.raises(TypeError, match="Household is not the type of any row; the types are RuralHousehold"):
        Household(model, key=99, base=1)
    with pytest.raises(TypeError, match="is not the type of any row"):
        type("Sub", (MigrantWorker,), {})(model, key=99)
    with pytest.raises(TypeError, match="by name"):
        Being.create_agents(twins()[1], 2, [5, 6])
    with pytest.raises(ValueError, match="key must be new"):
        RuralHousehold.create_agents(model, 2, key=5, base=1)


def test_agents_from_a_data_frame():
    _, rows = twins()
    made = Traveller.from_dataframe(rows, pd.DataFrame({"key": [5, 6], "earnings": [10, 20]}), residence=3)
    assert [(a.key, a.earnings, a.residence) for a in made] == [(5, 10, 3), (6, 20, 3)]


# leaving


def test_a_death_widows_and_the_last_takes_the_household(model):
    home = model.households[0]
    head, spouse, child = home.persons
    head.remove()
    assert (home.members, spouse.wife_or_husband, spouse.marital) == (2, None, Marital.WIDOWED)
    assert head not in model.persons and head.alive == 0
    with pytest.raises(ValueError, match="2 members.* has 2 living members"):
        home.remove()
    spouse.remove()
    child.remove()
    assert home not in model.households and len(model.households) == 39


def test_removal_during_a_loop(model):
    model.persons.do(lambda person: person.wife_or_husband and person.wife_or_husband.remove())
    assert len(model.persons) == 80 and model.households.agg("members", set) == {2}


# what rows cannot do


def test_rows_stand_in_no_space(model):
    person = model.persons[0]
    assert person.pos is None
    with pytest.raises(TypeError, match="no Mesa space"):
        person.pos = (0, 0)
    with pytest.raises(AttributeError, match="'cell'"):
        person.cell = None


def test_rows_join_no_meta_agent(model):
    held = list(model.households[:2])
    with pytest.raises(AttributeError, match="meta_agent.*holds its fields only"):
        MetaAgent(model, held)


def test_fields_cannot_be_taken_over():
    for name in ("savings", "members"):
        with pytest.raises(TypeError, match="stored in the record"):
            setattr(Household, name, property(lambda household: 0))


def test_places_of_the_demo_are_in_code_order():
    assert [place.code for place in PLACES] == sorted(place.code for place in PLACES)

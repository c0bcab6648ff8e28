"""What households, persons and towns know of each other, and their tables for outside programs."""

import numpy as np
import pytest
from agents_demo import OUTSIDE, Demo, twins

from jcsim.agents import COLUMNS, Household
from jcsim.records import HouseholdKind

PERSON_COLUMNS = [
    *("key", "household", "age", "sex", "county", "town", "urban", "hukou_local", "education", "activity"),
]
HOUSEHOLD_COLUMNS = [
    *("key", "members", "county", "town", "kind", "tenure", "land_mu", "land_use", "homestead", "savings"),
]


@pytest.fixture
def model():
    return Demo(rng=1)


def test_relations(model):
    person = model.persons[4]
    home = person.home
    assert isinstance(home, Household) and home.row == 1 and person in home.persons
    assert [member.row for member in home.persons] == [3, 4, 5] and home.members == 3
    assert person.wife_or_husband == model.persons[3] and model.persons[5].wife_or_husband is None
    assert person.place is home.place is model.towns[person.residence]
    assert model.persons[5].works_at is None and person.works_at is person.place


def test_derived_values_of_one_agent_and_of_columns_agree(model):
    model.step()
    for name in ("age", "county", "town", "hukou_local", "unique_id"):
        assert model.persons.get(name).tolist() == [getattr(person, name) for person in model.persons]
    for name in ("members", "county", "town", "land_mu"):
        assert model.households.get(name).tolist() == [getattr(home, name) for home in model.households]
    worker = model.workers[0]
    assert (worker.county, worker.town) == (None, "EXT_COAST") and worker.age == 2021 - worker.born
    assert [type(getattr(worker, name)) for name in ("age", "town", "hukou_local")] == [int, str, bool]
    assert model.persons.select(lambda p: p.town == "EXT_COAST") == model.workers


def test_members_are_the_living(model):
    model.world.persons.rows["alive"][:4] = 0
    assert model.households.get("members")[:3].tolist() == [0, 2, 3]
    assert len(model.households[0].persons) == 0


def test_towns_read_their_records(model):
    town = model.towns[2]
    assert (town.code, town.name_zh, town.name_en, town.county) == ("140521101", "中村", "Zhongcun", "140521")
    assert (town.market, town.jobs, town.price, town.unemployment) == (1, 50, 3000.5, 0.04)
    assert town.residents == len(model.persons.select(lambda p: p.residence == 2))
    assert town.outside is False and model.towns[OUTSIDE].outside is True
    here = model.persons.select(lambda p: (p.workplace == 2) & (p.sector > 0))
    assert town.wage == here.agg("earnings", sum) / len(here)
    assert np.isnan(model.towns[OUTSIDE].wage) and model.towns[OUTSIDE].county is None


def test_agents_describe_themselves(model):
    words = f"<Person {10**18 + 17}: female, 39 years, local_work, lives in 1405"
    assert repr(model.persons[1]).startswith(words)
    assert "3 members, base 1405" in repr(model.households[0])
    assert "140521101 中村 Zhongcun" in repr(model.towns[2])
    assert repr(model.workers) == "<RowSet of 0 MigrantWorker>"
    assert repr(model.agents) == "<Population of 165 agents>"
    assert repr(twins()[1].agents[0]) == f"<Being {2**62}>"


# tables


def test_documented_columns_of_persons(model):
    model.step()
    table = model.persons.to_pandas()
    assert list(table) == PERSON_COLUMNS
    assert list(table) == [column.name for column in COLUMNS["persons"]]
    row, person = table.iloc[1], model.persons[1]
    assert (row.key, row.household, row.age) == (person.key, person.home.key, person.age)
    assert (row.sex, row.activity, row.urban) == ("female", "local_work", "rural")
    assert row.town == person.town and row.hukou_local == person.hukou_local
    away = table[table.town == "EXT_COAST"]
    assert len(away) == len(model.workers) and away.county.isna().all()
    assert table.groupby("county", observed=True).size().sum() == len(table) - len(away)


def test_documented_columns_of_households(model):
    table = model.households.to_pandas()
    assert list(table) == HOUSEHOLD_COLUMNS
    assert list(table) == [column.name for column in COLUMNS["households"]]
    home = model.households[2]
    row = table.iloc[2]
    assert (row.key, row.members, row.savings, row.land_mu) == (home.key, 3, home.savings, home.land / 100)
    assert (row.town, row.county, row.kind) == (home.town, home.county, HouseholdKind(home.kind).name.lower())
    assert (row.tenure, row.land_use, row.homestead) == ("rented", "none", "none")


def test_tables_with_codes_and_other_columns(model):
    model.step()
    table = model.persons.to_pandas(codes=True)
    assert {str(dtype) for dtype in table.dtypes} == {"int64", "bool"}
    assert table.town.tolist() == model.persons.get("residence").tolist()
    assert set(table.county) == {0, 1, 2, -1}
    poor = model.persons.sort("earnings", ascending=True).select(at_most=7)
    chosen = poor.to_pandas(["key", "weight", "earnings", "town"])
    assert list(chosen) == ["key", "weight", "earnings", "town"]
    assert chosen.key.tolist() == poor.get("key").tolist()
    assert len(model.households.select(at_most=0).to_pandas()) == 0


def test_unknown_columns_are_refused(model):
    with pytest.raises(AttributeError, match="no column 'eduction'; did you mean 'education'"):
        model.persons.to_pandas(["key", "eduction"])
    with pytest.raises(AttributeError, match="no column 'home'"):
        model.persons.to_pandas(["home"])


def test_every_column_is_defined():
    for column in (*COLUMNS["persons"], *COLUMNS["households"]):
        assert column.definition
        assert column.codes is None or [code.value for code in column.codes] == list(range(len(column.codes)))
    assert COLUMNS["persons"][3].code_text == "0 male, 1 female" and COLUMNS["persons"][0].code_text == ""

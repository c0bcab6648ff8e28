"""Samples, other orders of rows, and populations kept on disk."""

import json
import logging

import numpy as np
import pytest

from jcsim.errors import InputError
from jcsim.population import build, build_population, cache, permute_rows, sample
from jcsim.population.population import Population
from jcsim.population.sampling import LAYERS, strata
from jcsim.records import WEIGHT_ONE, HouseholdKind, Urban
from jcsim.region import load_region


@pytest.fixture(scope="module")
def region():
    return load_region("jincheng")


@pytest.fixture(scope="module")
def whole(region):
    return build_population(region, 2010)


@pytest.fixture(scope="module")
def tenth(whole):
    return sample(whole, 0.1)


@pytest.fixture(scope="module")
def hundredth(whole):
    return sample(whole, 0.01)


def residents(population):
    return population.persons[population.away_rank < 0]


def cells(population):
    """Weighted residents by county and territory, in weight units."""
    rows = residents(population)
    table = np.zeros((6, 2), np.int64)
    county = population.county[rows["household"]].astype(int)
    np.add.at(table, (county, (rows["urban"] != Urban.RURAL).astype(int)), rows["weight"].astype(np.int64))
    return table


def test_small_samples_lie_inside_larger_ones(whole, tenth, hundredth):
    for field in ("persons", "households"):
        keys = [set(getattr(p, field)["key"].tolist()) for p in (hundredth, tenth, whole)]
        assert keys[0] < keys[1] < keys[2]
    thousandth = sample(whole, 0.001)
    assert set(thousandth.persons["key"].tolist()) < set(hundredth.persons["key"].tolist())


@pytest.mark.parametrize("scale", [0.1, 0.01, 0.0005])
def test_weighted_residents_by_county_and_territory_are_those_of_the_census(whole, scale):
    assert (cells(sample(whole, scale)) == cells(whole)).all()


def test_weighted_households_of_every_size_are_those_of_the_census(whole, hundredth):
    def households(population):
        stratum = strata(population)
        weights = population.households["weight"].astype(np.int64)
        return np.bincount(stratum, weights, 12 * LAYERS).astype(np.int64)

    family = np.arange(12 * LAYERS) % LAYERS <= 10
    assert (households(hundredth)[family] == households(whole)[family]).all()
    size = np.bincount(strata(whole), minlength=12 * LAYERS)
    taken = np.bincount(strata(hundredth), minlength=12 * LAYERS)
    assert np.abs(taken - 0.01 * size).max() < 1.0
    assert (taken[size > 0] >= 1).all()


def test_members_follow_their_household_and_pointers_stay_sound(whole, hundredth):
    home = dict(zip(whole.households["key"].tolist(), range(len(whole.households)), strict=True))
    members = np.bincount(whole.persons["household"])
    rows = [home[key] for key in hundredth.households["key"].tolist()]
    assert (np.bincount(hundredth.persons["household"]) == members[rows]).all()
    spouse = hundredth.persons["spouse"]
    married = np.flatnonzero(spouse >= 0)
    assert (spouse[spouse[married]] == married).all()
    key_of = dict(zip(whole.persons["key"].tolist(), whole.persons["mother"].tolist(), strict=True))
    for row in np.flatnonzero(hundredth.persons["mother"] >= 0)[:500]:
        mother = hundredth.persons["mother"][row]
        assert hundredth.persons["key"][mother] == whole.persons["key"][key_of[int(hundredth.persons["key"][row])]]


def test_a_sample_looks_like_the_whole(whole, hundredth):
    full, part = residents(whole), residents(hundredth)
    for field, limit in (("sex", 0.01), ("activity", 0.01), ("education", 0.01), ("hukou_type", 0.015)):
        expected = np.bincount(full[field], minlength=10) / len(full)
        weights = np.bincount(part[field], part["weight"], 10)
        assert np.abs(weights / weights.sum() - expected).max() < limit, field
    away = int((whole.away_rank >= 0).sum())
    drawn = hundredth.persons["weight"][hundredth.away_rank >= 0].sum() / WEIGHT_ONE
    assert abs(drawn - away) < 0.1 * away
    ranks = hundredth.away_rank[hundredth.away_rank >= 0]
    assert (np.sort(ranks) == np.arange(len(ranks))).all()


def test_ranks_of_members_away_keep_their_order_in_a_sample(whole, hundredth):
    rank_of = dict(zip(whole.persons["key"].tolist(), whole.away_rank.tolist(), strict=True))
    away = np.flatnonzero(hundredth.away_rank >= 0)
    before = np.array([rank_of[key] for key in hundredth.persons["key"][away].tolist()])
    assert (np.diff(before[np.argsort(hundredth.away_rank[away])]) > 0).all()


def test_a_full_sample_is_the_population_itself(whole):
    assert sample(whole, 1.0) is whole


@pytest.mark.parametrize("scale", [0.0, -0.1, 1.5, 1e-6, float("nan")])
def test_a_scale_that_makes_no_sense_is_refused(whole, scale):
    with pytest.raises(InputError, match="0.0001 to 1"):
        sample(whole, scale)


def test_a_sample_is_not_sampled_again(hundredth):
    with pytest.raises(InputError, match="already"):
        sample(hundredth, 0.5)


def test_another_order_of_rows_holds_the_same_people(hundredth):
    other = permute_rows(hundredth, 7)
    assert not np.array_equal(other.persons["key"], hundredth.persons["key"])
    assert not np.array_equal(permute_rows(hundredth, 8).persons["key"], other.persons["key"])
    assert by_key(other) == by_key(hundredth)


def by_key(population):
    """Rows of persons and households in order of key, pointers as keys."""
    persons, homes = population.persons.copy(), population.households.copy()
    keys = {"household": homes["key"]} | dict.fromkeys(("spouse", "mother"), persons["key"])
    pointed = [np.where(persons[name] >= 0, key[persons[name]], -1) for name, key in keys.items()]
    for name in keys:
        persons[name] = 0
    order, home_order = np.argsort(persons["key"]), np.argsort(homes["key"])
    parts = [persons[order], homes[home_order], population.away_rank[order], *(p[order] for p in pointed)]
    return [part.tobytes() for part in parts]


@pytest.fixture
def kept(tmp_path, monkeypatch, hundredth, region):
    """A cache of its own in which the builder keeps a small population; counts builds."""
    monkeypatch.setattr(cache, "user_cache_path", lambda name: tmp_path)
    builds = []
    monkeypatch.setattr(build, "make_population", lambda *arguments: builds.append(1) or hundredth)
    build_population(region, 2010)
    return cache.cache_folder(region, 2010), builds


def test_a_kept_population_is_read_back_the_same(kept, region, hundredth):
    again = build_population(region, 2010)
    assert isinstance(again, Population)
    assert again.hash == hundredth.hash
    assert len(kept[1]) == 1
    assert again.fit.equals(hundredth.fit.reset_index(drop=True))


@pytest.mark.parametrize("damage", ["flip", "truncate", "remove", "manifest", "empty"])
def test_a_damaged_population_is_noticed_and_built_again(kept, region, hundredth, damage, caplog):
    folder, builds = kept
    file = folder / "persons.npy"
    if damage == "flip":
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)
    elif damage == "truncate":
        file.write_bytes(file.read_bytes()[:1000])
    elif damage == "remove":
        file.unlink()
    elif damage == "manifest":
        (folder / cache.MANIFEST).write_text("{", encoding="utf-8")
    else:
        manifest = json.loads((folder / cache.MANIFEST).read_text(encoding="utf-8"))
        (folder / cache.MANIFEST).write_text(json.dumps(manifest | {"files": {}}), encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        again = build_population(region, 2010)
    assert again.hash == hundredth.hash
    assert len(builds) == 2
    assert "damaged" in caplog.text
    build_population(region, 2010)
    assert len(builds) == 2


def test_nothing_half_written_is_left_beside_a_kept_population(kept):
    folder, _ = kept
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_other_sources_or_another_census_have_another_folder(region, monkeypatch):
    here = cache.cache_folder(region, 2010)
    assert here != cache.cache_folder(region, 2020)
    monkeypatch.setattr(cache, "source_hash", lambda: "other")
    assert here != cache.cache_folder(region, 2010)


def test_an_unknown_census_is_refused_before_anything_is_read(region):
    with pytest.raises(InputError):
        build_population(region, 2000)


def test_only_families_count_as_households(whole):
    assert (whole.households["kind"] != HouseholdKind.COLLECTIVE).sum() == 662_706

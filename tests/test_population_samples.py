"""Samples, other orders of rows, and populations kept on disk."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from jcsim.errors import InputError
from jcsim.population import build, build_population, cache, keep_away, permute_rows, sample
from jcsim.population.population import Population
from jcsim.population.strata import LAYERS, is_family
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
        weights = population.households["weight"].astype(np.int64)
        return np.bincount(population.stratum, weights, 12 * LAYERS).astype(np.int64)

    family = is_family(np.arange(12 * LAYERS))
    assert (households(hundredth)[family] == households(whole)[family]).all()


@pytest.mark.parametrize("scale", [0.1, 0.01, 0.001])
def test_no_stratum_is_off_by_a_whole_household_nor_empty(whole, scale):
    size = np.bincount(whole.stratum, minlength=12 * LAYERS)
    taken = np.bincount(sample(whole, scale).stratum, minlength=12 * LAYERS)
    assert np.abs(taken - scale * size).max() < 1.0
    assert (taken[size > 0] >= 1).all()


def test_strata_are_of_one_county_territory_and_size(whole):
    homes = whole.households
    members = np.bincount(residents(whole)["household"], minlength=len(homes))
    size = np.where(homes["kind"] == HouseholdKind.COLLECTIVE, 0, np.minimum(members, 10))
    kinds = np.zeros(len(homes), int)
    kinds[whole.persons["household"][whole.quarters > 0]] = 1
    cell = np.ravel_multi_index((whole.county, homes["base_urban"] != Urban.RURAL, size), (6, 2, 11))
    for stratum in np.unique(whole.stratum):
        rows = whole.stratum == stratum
        assert len(np.unique(cell[rows])) == 1
        assert (np.sort(whole.rank[rows]) == np.arange(rows.sum())).all()


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


def start_figures(population):
    """Per county: urban rate, farm share of workers, mean age, share of one-person households."""
    rows = residents(population)
    county, weight = population.county[rows["household"]].astype(int), rows["weight"].astype(float)

    def mean(values, chosen=slice(None)):
        return np.bincount(county[chosen], (weight * values)[chosen], 6) / np.bincount(
            county[chosen], weight[chosen], 6
        )

    family = population.households["kind"] != HouseholdKind.COLLECTIVE
    homes, alone = population.households["weight"][family].astype(float), population.census_size[family] == 1
    where = population.county[family].astype(int)
    return {
        "urban": mean((rows["urban"] != Urban.RURAL).astype(float)),
        "farm": mean((rows["sector"] == 0).astype(float), rows["sector"] >= 0),
        "age": mean(population.year - rows["born"].astype(float)),
        "alone": np.bincount(where, homes * alone, 6) / np.bincount(where, homes, 6),
    }


def test_small_samples_start_with_the_figures_of_the_whole_within_stated_bounds(whole, tenth, hundredth):
    """Territory and size are strata, so exact; the others within four standard deviations of 1:100
    by county (farm share 0.011, age 0.3 years) and a third of that for 1:10."""
    full = start_figures(whole)
    for part, bound in ((tenth, 1 / 3), (hundredth, 1.0)):
        figures = start_figures(part)
        for name, limit in (("urban", 1e-9), ("alone", 1e-9), ("farm", 0.045 * bound), ("age", 1.3 * bound)):
            assert np.abs(figures[name] - full[name]).max() <= limit, (name, bound)


def test_a_sample_keeps_the_members_away_the_whole_would_keep(whole, hundredth):
    first_sampled = keep_away(hundredth, 0.4)
    rank = whole.away_rank[whole.away_rank >= 0]
    kept = keep_away(whole, 0.4)
    assert (kept.away_rank >= 0).sum() == int(0.4 * len(rank))
    assert sample(kept, 0.01).hash == first_sampled.hash
    assert (keep_away(whole, 0.0).away_rank < 0).all()
    assert keep_away(whole, 1.0).hash == whole.hash
    spouse = kept.persons["spouse"]
    rows = np.flatnonzero(spouse >= 0)
    assert (spouse[spouse[rows]] == rows).all()


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_of_members_away_that_makes_no_sense_is_refused(hundredth, share):
    with pytest.raises(InputError, match="0 to 1"):
        keep_away(hundredth, share)


def test_a_full_sample_is_the_population_itself(whole):
    assert sample(whole, 1.0) is whole


@pytest.mark.parametrize("scale", [0.0, -0.1, 1.5, 1e-6, float("nan")])
def test_a_scale_that_makes_no_sense_is_refused(whole, scale):
    with pytest.raises(InputError, match="0.0001 to 1"):
        sample(whole, scale)


def test_a_sample_is_not_sampled_again(hundredth):
    with pytest.raises(InputError, match="already"):
        sample(hundredth, 0.5)


def test_rows_in_another_order_are_not_sampled(whole):
    part = whole.select_persons(whole.away_rank < 0)
    with pytest.raises(ValueError, match="order of rows"):
        sample(permute_rows(part, 3), 0.001)


def test_another_order_of_rows_holds_the_same_people(hundredth):
    other = permute_rows(hundredth, 7)
    assert not np.array_equal(other.persons["key"], hundredth.persons["key"])
    assert not np.array_equal(permute_rows(hundredth, 8).persons["key"], other.persons["key"])
    for one, two in zip(by_key(other), by_key(hundredth), strict=True):
        assert np.array_equal(one, two)


def by_key(population):
    """Every field of persons and households in order of key, pointers as keys."""
    persons, homes = population.persons, population.households
    order, home_order = np.argsort(persons["key"]), np.argsort(homes["key"])
    keys = {"household": homes["key"]} | dict.fromkeys(("spouse", "mother"), persons["key"])
    for name in persons.dtype.names:
        values = persons[name]
        yield (np.where(values >= 0, keys[name][values], -1) if name in keys else values)[order]
    yield from (homes[name][home_order] for name in homes.dtype.names)
    yield from (getattr(population, name)[order] for name in population.OF_PERSONS[1:])
    yield from (getattr(population, name)[home_order] for name in population.OF_HOUSEHOLDS[1:])


def test_padding_between_the_fields_of_records_is_zero(whole, hundredth):
    for population in (whole.select(np.arange(5000), np.arange(len(whole.households))), hundredth):
        for rows in (population.persons, population.households):
            clean = np.zeros(len(rows), rows.dtype)
            for name in rows.dtype.names:
                clean[name] = rows[name]
            assert rows.tobytes() == clean.tobytes()


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
    assert (again.year, again.scale, again.candidates) == (2010, 0.01, hundredth.candidates)
    assert len(kept[1]) == 1
    assert again.fit.equals(hundredth.fit.reset_index(drop=True))


def test_a_population_cannot_be_changed_by_who_uses_it(kept, region, hundredth):
    for population in (hundredth, build_population(region, 2010)):
        for name in population.ARRAYS:
            with pytest.raises(ValueError, match="read-only"):
                getattr(population, name)[:1] = 0


def test_files_nobody_wrote_to_are_not_hashed_again_and_copied_ones_are(kept, region, monkeypatch):
    folder, builds = kept
    hashed = []
    monkeypatch.setattr(cache, "_hash", lambda path, real=cache._hash: hashed.append(path.name) or real(path))
    build_population(region, 2010)
    assert hashed == []
    (folder / "persons.npy").write_bytes((folder / "persons.npy").read_bytes())
    build_population(region, 2010)
    assert hashed == ["persons.npy"]
    assert len(builds) == 1


def test_a_population_another_process_kept_first_stays(kept, region, hundredth, caplog):
    folder, _ = kept
    before = (folder / cache.MANIFEST).stat().st_ino
    with caplog.at_level(logging.WARNING):
        cache.store(hundredth, folder)
    assert (folder / cache.MANIFEST).stat().st_ino == before
    assert not caplog.text
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_cache_that_cannot_be_written_is_logged_and_the_population_returned(
    tmp_path, monkeypatch, region, hundredth, caplog
):
    (tmp_path / "populations").write_text("a file where the folder should be")
    monkeypatch.setattr(cache, "user_cache_path", lambda name: tmp_path)
    monkeypatch.setattr(build, "make_population", lambda *arguments: hundredth)
    with caplog.at_level(logging.WARNING):
        assert build_population(region, 2010).hash == hundredth.hash
    assert "not kept" in caplog.text


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


def test_every_module_the_builder_uses_is_in_the_name_of_the_cache():
    code = (
        "import sys; import jcsim.population, jcsim.region\n"
        "print(*(m.__file__ for n, m in sys.modules.items() if n.startswith('jcsim')), sep='\\n')"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split("\n")
    package = Path(cache.__file__).parents[1]
    names = {Path(file).relative_to(package).as_posix() for file in loaded if file}
    kept = {file.relative_to(package).as_posix() for file in cache.source_files()}
    without_numbers = {"__init__.py", "compilation.py", "errors.py", "frozen.py", "validation.py", "yamlfile.py"}
    assert {name for name in names - kept if not name.startswith("parameters/")} == without_numbers
    assert {"records.py", "codes.py", "region/census_columns.py", "data/population/assumptions.yaml"} <= kept


def test_an_unknown_census_is_refused_before_anything_is_read(region):
    with pytest.raises(InputError):
        build_population(region, 2000)


def test_only_families_count_as_households(whole):
    assert (whole.households["kind"] != HouseholdKind.COLLECTIVE).sum() == 662_706

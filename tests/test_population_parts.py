"""Parts of the population builder: exact rounding, kinds of household, families, ages, samples of one cell."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from jcsim.errors import InputError
from jcsim.population.ages import AGES, marital_by_age, single_years
from jcsim.population.assumptions import load_assumptions
from jcsim.population.collective import CollectiveType, collective_by_age
from jcsim.population.ipf import apportion, apportion_within, fit_counts, round_table
from jcsim.population.parents import MOST_CHILDREN, split_families
from jcsim.population.pool import Pool, deal, gap_kernel, match_counts
from jcsim.population.templates import count_kinds, kinds, size_counts
from jcsim.region import load_region

weights = arrays(np.float64, st.integers(1, 12), elements=st.floats(0, 1e6, allow_subnormal=False))


@given(weights, st.integers(0, 10_000))
def test_apportioned_numbers_add_up_and_stay_within_one_of_their_share(values, total):
    numbers = apportion(values, total)
    assert numbers.sum() == total
    assert (numbers >= 0).all()
    if values.sum() > 1e-3:
        assert np.abs(numbers - total * values / values.sum()).max() < 1.0 + 1e-6


def test_largest_remainders_take_the_odd_units():
    assert apportion(np.array([5.6, 3.3, 1.1]), 10).tolist() == [6, 3, 1]
    assert apportion(np.array([1.0, 0.0, 1.0]), 3)[1] == 0


@given(weights, st.integers(0, 5_000), st.integers(0, 60))
def test_apportioning_within_limits_fills_them_and_never_passes_them(values, total, limit):
    limits = (np.arange(len(values)) * 7 + limit) % 50
    numbers = apportion_within(values, limits, total)
    assert (numbers <= limits).all()
    assert numbers.sum() == min(total, limits.sum())


@settings(max_examples=50)
@given(st.integers(2, 8), st.integers(2, 8), st.integers(0, 2**31), st.booleans())
def test_a_fitted_table_meets_both_margins_exactly(m, n, seed, sparse):
    luck = np.random.Generator(np.random.PCG64(seed))
    truth = luck.integers(0, 40, (m, n))
    if sparse:
        truth[luck.random((m, n)) < 0.3] = 0
    start = np.where(truth > 0, luck.random((m, n)) + 0.05, 0.0)
    table = fit_counts(start, truth.sum(axis=1), truth.sum(axis=0))
    assert (table.sum(axis=1) == truth.sum(axis=1)).all()
    assert (table.sum(axis=0) == truth.sum(axis=0)).all()
    assert (table >= 0).all()


def test_rounding_finds_a_way_around_empty_cells():
    """Rows 0 and 1 may not use columns 2 and 0: the odd unit must pass through column 1."""
    table = np.array([[1.5, 1.5, 0.0], [0.0, 1.5, 1.5]])
    for columns in ([2, 2, 2], [1, 3, 2], [3, 1, 2], [2, 1, 3]):
        whole = round_table(table, np.array([3, 3]), np.array(columns))
        assert whole.sum(axis=0).tolist() == columns
        assert whole.sum(axis=1).tolist() == [3, 3]
        assert whole[0, 2] == whole[1, 0] == 0


def test_rounding_forces_a_unit_into_an_empty_cell_only_where_no_other_way_exists():
    table = np.array([[2.0, 0.0], [0.0, 2.0]])
    assert round_table(table, np.array([2, 2]), np.array([1, 3])).tolist() == [[1, 1], [0, 2]]
    assert round_table(table, np.array([2, 2]), np.array([1, 1])).sum(axis=1).tolist() == [2, 2]


def test_independent_margins_fit_to_their_product():
    rows, columns = np.array([600, 400]), np.array([500, 300, 200])
    table = fit_counts(np.ones((2, 3)), rows, columns)
    assert table.tolist() == [[300, 180, 120], [200, 120, 80]]


def test_household_sizes_keep_households_persons_and_those_alone():
    shape = np.array(load_assumptions(2010).numbers("size_distribution"))
    counts = size_counts(9_572, 66_935, 192_407, shape)
    sizes = np.arange(1, 11)
    assert counts[0] == 9_572
    assert counts.sum() == 66_935
    assert (counts * sizes).sum() == 192_407
    several = counts[1:] / counts[1:].sum() / (shape[1:] / shape[1:].sum())
    steps = several[1:7] / several[:6]
    assert steps.max() - steps.min() < 0.02  # an exponential tilt: a constant ratio between sizes


def test_household_sizes_refuse_more_people_than_can_live_in_the_households():
    shape = np.array(load_assumptions(2010).numbers("size_distribution"))
    with pytest.raises(InputError, match="do not fit the number of households"):
        size_counts(10, 20, 500, shape)


def test_kinds_of_household_keep_sizes_and_generations_and_approach_couples_and_children():
    assumptions = load_assumptions(2010)
    census = load_region("jincheng").census(2010)
    sizes = size_counts(
        int(census.one_person[4]), int(census.family_households[4]), int(census.family_persons[4]),
        np.array(assumptions.numbers("size_distribution")),
    )  # fmt: skip
    plan = count_kinds(sizes, census.generations[4], 136_500, 135_700, assumptions)
    generations, by_size = np.zeros(4, int), np.zeros(10, int)
    for kind, number in zip(plan.kinds, plan.counts, strict=True):
        generations[kind.generations - 1] += number
        by_size[kind.size - 1] += number
    assert (generations == census.generations[4]).all()
    assert (by_size == sizes).all()
    assert abs(plan.couples - 136_500) < 200
    assert abs(plan.children - 135_700) < 200


def test_every_kind_of_household_has_as_many_generations_as_it_says():
    for kind in kinds(load_assumptions(2010)):
        levels = sum(map(bool, (kind.great, kind.elder, kind.middle + kind.other, kind.children)))
        assert levels == kind.generations, kind


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(20, 54), st.integers(1, 5)), min_size=5, max_size=200))
def test_families_use_up_the_child_places_of_each_age(families):
    units, places = np.zeros(AGES, np.int64), np.zeros(AGES, np.int64)
    wanted = np.zeros(MOST_CHILDREN, np.int64)
    for age, children in families:
        units[age] += 1
        places[age] += children
        wanted[children] += 1
    split = split_families(units, places, wanted)
    assert (split.sum(axis=1) == units).all()
    assert (split @ np.arange(MOST_CHILDREN) == places).all()
    assert (split >= 0).all()


def test_matching_uses_nobody_twice_and_prefers_the_fitting_age():
    women = np.bincount(np.repeat([20, 30, 40], 50), minlength=AGES)
    men = np.bincount(np.repeat([22, 32, 60], 50), minlength=AGES)
    kernel = gap_kernel({2: 1.0, 20: 0.001})
    table = match_counts(women, men, kernel, 100)
    assert table.sum() == 100
    assert (table.sum(axis=1) <= women).all() and (table.sum(axis=0) <= men).all()
    assert table[kernel == 0].sum() == 0
    assert table[20, 22] + table[30, 32] > 90


def test_a_small_age_is_matched_as_often_as_a_large_one():
    women = np.bincount(np.repeat([30, 70], [1000, 20]), minlength=AGES)
    men = np.bincount(np.repeat([32, 72], [1000, 20]), minlength=AGES)
    table = match_counts(women, men, gap_kernel({2: 1.0}), 918)
    assert table[30, 32] == 900
    assert table[70, 72] == 18


def test_matching_refuses_more_pairs_than_people():
    counts = np.bincount([20, 20, 30], minlength=AGES)
    with pytest.raises(ValueError, match="more pairs"):
        match_counts(counts, counts, gap_kernel({0: 1.0}), 4)


def test_people_are_dealt_to_the_cells_of_a_table():
    table = np.array([[2, 1], [0, 3]])
    rows, columns = deal(table, np.array([10, 11, 12, 20, 21, 22]), np.array([1, 2, 5, 6, 7, 8]))
    assert rows.tolist() == [10, 11, 12, 20, 21, 22]
    assert columns.tolist() == [1, 2, 5, 6, 7, 8]


def test_a_pool_gives_everybody_once_and_refuses_to_give_more():
    ages = np.array([3, 5, 3, 5, 5])
    pool = Pool(np.arange(5), ages, np.array([9, 1, 2, 8, 4]))
    wanted = np.bincount([3, 5], minlength=AGES)
    assert pool.take(wanted).tolist() == [2, 1]
    assert sorted(pool.take_all()) == [0, 3, 4]
    with pytest.raises(ValueError, match="more people"):
        pool.take(wanted)


def test_single_years_add_up_to_the_age_groups_and_the_table_of_education():
    region = load_region("jincheng")
    for year in (2010, 2020):
        census = region.census(year)
        years = single_years(census, region.demography)
        for group, (low, high) in enumerate(census.age_group_bounds):
            assert (years[:, :, low : min(high, AGES - 1) + 1].sum(axis=2) == census.population[:, :, group]).all()
        assert (years[:, :, 6:].sum(axis=2) == census.education.sum(axis=2)).all()
        inside = years[:, :, 20:85].reshape(*years.shape[:2], -1, 5)
        assert (inside.min(axis=3) > 0).all()


def test_marital_state_is_met_by_sex_and_age_and_nobody_under_18_is_married():
    region = load_region("jincheng")
    census = region.census(2010)
    years = single_years(census, region.demography)
    states = marital_by_age(region, census, years, load_assumptions(2010))
    assert (states.sum(axis=3) == years).all()
    assert states[:, :, :18, 1:].sum() == 0
    adults = states[:, :, 15:].sum(axis=2)
    share = adults / adults.sum(axis=2, keepdims=True)
    long_form = census.marital / census.marital.sum(axis=2, keepdims=True)
    assert np.abs(share - long_form).max() < 1e-4


def test_marriage_comes_late_in_the_teens_and_nearly_everybody_marries():
    region = load_region("jincheng")
    for year, late in ((2010, 0.94), (2020, 0.97)):
        census = region.census(year)
        years = single_years(census, region.demography)
        single = marital_by_age(region, census, years, load_assumptions(year)).sum(axis=0)[:, :, 0]
        everybody = years.sum(axis=0)
        men, women = single[:, :80] / everybody[:, :80]
        assert single[1, 15:20].sum() / everybody[1, 15:20].sum() > late
        assert (np.diff(women[18:60]) < 0.002).all() and (np.diff(men[18:60]) < 0.002).all()
        assert women[40:65].max() < 0.02 and men[40:65].max() < 0.05
        assert (men[20:35] > women[20:35]).all()


def test_other_assumptions_can_be_tried_and_leave_the_packaged_ones():
    region = load_region("jincheng")
    census, assumptions = region.census(2010), load_assumptions(2010)
    years = single_years(census, region.demography)
    marital = marital_by_age(region, census, years, assumptions)
    pupils = collective_by_age(census, marital, assumptions)[:, CollectiveType.STUDENT].sum()
    fewer = collective_by_age(census, marital, assumptions.changed(boarding_limit=0.1))
    assert fewer[:, CollectiveType.STUDENT].sum() < pupils / 2
    assert fewer.sum() == (census.residents - census.family_persons).sum()
    assert load_assumptions(2010).number("boarding_limit") == 0.55
    with pytest.raises(KeyError):
        assumptions.changed(no_such_entry=1.0)


def test_every_assumption_has_a_unit_a_grade_and_a_source():
    for name, entry in load_assumptions(2010).entries.items():
        assert set(entry) == {"value", "unit", "grade", "source"}, name
        assert all(str(entry[part]).strip() for part in ("unit", "grade", "source")), name

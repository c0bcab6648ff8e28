"""Parameters: what is refused, draws by hand, and their independence of everything but name and number."""

import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from jcsim.compilation import njit
from jcsim.errors import InputError
from jcsim.parameters import Parameters, distributions, load_parameters, read_definitions

FOLDER = Path(__file__).parent / "parameters"
NOWHERE = FOLDER / "no_posterior.csv"
PLAIN = "units, distribution: uniform, evidence: test, grade: prior"
PINNED = {"flat": 6.946880704802, "peak": 1.217129638254, "share": 0.281694672954}
QUANTILES = st.floats(1e-9, 1 - 1e-9)


@pytest.fixture
def priors():
    return load_parameters("prior", folder=FOLDER)


def _folder(tmp_path: Path, text: str) -> Path:
    folder = tmp_path / "parameters"
    folder.mkdir()
    (folder / "only.yaml").write_text(text, encoding="utf-8")
    return folder


# --- distributions -----------------------------------------------------------------------------------


@given(QUANTILES, st.floats(0, 1))
def test_the_triangular_quantile_is_scipys(u, peak):
    ours = distributions.triangular(u, -1.0, -1.0 + 3.0 * peak, 2.0)
    assert ours == pytest.approx(stats.triang.ppf(u, peak, loc=-1, scale=3), abs=1e-9)


@given(QUANTILES)
def test_the_loguniform_quantile_is_scipys(u):
    assert distributions.loguniform(u, 0.1, 10) == pytest.approx(stats.loguniform.ppf(u, 0.1, 10), rel=1e-9)


@given(st.floats(1e-6, 1 - 1e-6), st.floats(0.5, 60), st.floats(0.5, 60))
def test_the_beta_quantile_inverts_the_beta_distribution(u, a, b):
    assert special.betainc(a, b, distributions.beta(u, a, b)) == pytest.approx(u, abs=1e-9)


@given(st.floats(0, 1), st.floats(0.2, 500), st.floats(0.2, 500))
def test_the_incomplete_beta_function_is_scipys(x, a, b):
    assert distributions.beta_cumulative(x, a, b) == pytest.approx(special.betainc(a, b, x), abs=1e-11)


@given(st.floats(0.01, 1000))
def test_log_gamma_is_scipys(z):
    assert distributions.log_gamma(z) == pytest.approx(special.gammaln(z), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    ("name", "u", "value"),
    [
        ("peak", 0.5, 2.0),  # symmetric
        ("peak", 0.125, 1.0),  # area of the triangle to 1: 1/2 * 1 * 1/4
        ("skewed", 0.1, 1.0),  # the peak: (1 - 0)/(10 - 0)
        ("skewed", 0.775, 5.5),  # 10 - sqrt(0.225 * 10 * 9)
        ("flat", 0.25, 5.0),
        ("decades", 0.5, 1.0),
        ("decades", 0.75, 3.1622776601683795),
        ("constant", 0.99, 7.0),
        # share: 0.15 + 0.3 * x with x of Beta(3, 2): P(x <= 1/2) = 4/8 - 3/16 = 5/16
        ("share", 5 / 16, 0.30),
    ],
)
def test_quantiles_known_by_hand(name, u, value, priors):
    assert priors.definitions[name].quantile(u) == pytest.approx(value, rel=1e-12)


def test_draws_follow_their_priors(priors):
    draws = [priors.draw(k) for k in range(1, 1501)]
    expected = {
        "skewed": stats.triang(0.1, loc=0, scale=10),
        "flat": stats.uniform(4, 4),
        "decades": stats.loguniform(0.1, 10),
        "share": stats.beta(3, 2, loc=0.15, scale=0.3),
    }
    for name, distribution in expected.items():
        values = [draw[name] for draw in draws]
        assert stats.kstest(values, distribution.cdf).pvalue > 1e-3, name
    assert np.mean([draw["share"] for draw in draws]) == pytest.approx(0.33, abs=0.006)
    pair = np.corrcoef([draw["flat"] for draw in draws], [draw["peak"] for draw in draws])
    assert abs(pair[0, 1]) < 0.08


# --- draws are functions of name and number ------------------------------------------------------------


def test_draws_have_these_values_for_ever(priors):
    """Draw k must stay the same numbers in every release: replicates are paired by it."""
    first = priors.draw(1)
    assert {name: round(first[name], 12) for name in ("flat", "peak", "share")} == PINNED


def test_a_parameters_draws_do_not_depend_on_the_others(tmp_path, priors):
    shutil.copy(FOLDER / "second.yaml", tmp_path)
    (tmp_path / "third.yaml").write_text(f"aaa: {{value: 1, low: 0, high: 2, unit: {PLAIN}}}\n")
    other = load_parameters("prior", folder=tmp_path)
    for k in (1, 2, 77):
        assert other.draw(k)["price"] == priors.draw(k)["price"]


def test_draws_differ_between_numbers_and_names(tmp_path):
    entry = f"{{value: 1, low: 0, high: 2, unit: {PLAIN}}}"
    twins = load_parameters("prior", folder=_folder(tmp_path, f"one: {entry}\ntwo: {entry}\n"))
    values = [twins.draw(k)[name] for k in range(1, 51) for name in ("one", "two")]
    assert len(set(values)) == 100


@pytest.mark.parametrize("k", [0, -1, 1.0, True, 2**32])
def test_draws_are_numbered_from_one(k, priors):
    with pytest.raises(ValueError, match="draws are numbered"):
        priors.draw(k)


def test_a_value_set_by_hand_holds_in_every_draw_and_moves_no_other(priors):
    fixed = priors.replace(flat=9)
    for k in (1, 2):
        assert fixed.draw(k)["flat"] == 9
        assert {n: v for n, v in fixed.draw(k).items() if n != "flat"} == {
            n: v for n, v in priors.draw(k).items() if n != "flat"
        }
    assert fixed.central()["flat"] == 9
    assert fixed.hash != priors.hash
    assert priors.draw(1)["flat"] != 9


# --- the values of a draw ------------------------------------------------------------------------------


@njit
def _read(table):
    p = table[0]
    return p.flat + 10.0 * p.price


def test_compiled_code_reads_the_record_by_name(priors):
    values = priors.draw(3)
    assert values.record.shape == (1,)
    assert list(values.record.dtype.names) == sorted(values) == list(values)
    assert _read(values.record) == values["flat"] + 10.0 * values["price"]


def test_parameters_cannot_be_changed_only_replaced(priors):
    central = priors.central()
    with pytest.raises(TypeError):
        central["flat"] = 6.0
    central.record["flat"] = 6.0
    assert central["flat"] == 5.0
    changed = central.replace(flat=6.0)
    assert (changed["flat"], central["flat"]) == (6.0, 5.0)
    assert changed.hash != central.hash
    assert changed.replace(flat=5.0).hash == central.hash


def test_parameters_survive_pickle(priors):
    values = priors.draw(5)
    twin = pickle.loads(pickle.dumps(values))
    assert dict(twin) == dict(values)
    assert (twin.hash, twin.label, twin.draw_number) == (values.hash, "prior", 5)
    assert pickle.loads(pickle.dumps(priors)).draw(5)["share"] == values["share"]


def test_the_central_values_are_draw_zero(priors):
    central = priors.central()
    assert central.draw_number == 0
    assert central["share"] == 0.33
    assert isinstance(central, Parameters)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "6", True, None, -0.001, 20.001])
def test_a_value_outside_the_hard_bounds_or_no_number_is_refused(value, priors):
    with pytest.raises(InputError) as caught:
        priors.central().replace(flat=value)
    assert caught.value.field == "parameters.flat"
    assert "from 0 to 20" in caught.value.allowed


def test_without_hard_bounds_the_range_binds(priors):
    priors.replace(price=50_000)
    with pytest.raises(InputError, match="10000 to 50000"):
        priors.replace(price=50_001)


def test_an_unknown_name_is_answered_with_the_nearest(priors):
    with pytest.raises(InputError) as caught:
        priors.replace(prise=20_000)
    assert caught.value.suggestion == "price"


# --- which set -------------------------------------------------------------------------------------------


def test_without_a_posterior_the_posterior_is_the_prior_and_says_so(priors):
    fallen = load_parameters("posterior", folder=FOLDER, posterior=NOWHERE)
    assert (fallen.label, fallen.draw(1).label) == ("prior", "prior")
    assert fallen.note == "no posterior is shipped yet: drawn from the prior"
    assert dict(fallen.draw(9)) == dict(priors.draw(9))
    assert priors.note == ""


def test_a_posterior_gives_fitted_parameters_jointly_and_the_others_from_the_prior(tmp_path, priors):
    path = tmp_path / "draws.csv"
    path.write_text("draw,flat,peak\n0,6,3\n1,5,1\n2,7,2\n")
    fitted = load_parameters("posterior", folder=FOLDER, posterior=path)
    assert fitted.label == "posterior"
    assert (fitted.central()["flat"], fitted.central()["peak"], fitted.central()["share"]) == (6, 3, 0.33)
    assert [(fitted.draw(k)["flat"], fitted.draw(k)["peak"]) for k in (1, 2, 3)] == [(5, 1), (7, 2), (5, 1)]
    assert fitted.draw(3)["share"] == priors.draw(3)["share"]
    assert fitted.hash != priors.hash


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("flat\n5\n", "first column"),
        ("draw,flt\n0,5\n1,5\n", "unknown parameter"),
        ("draw,flat\n0,5\n2,5\n", "wrong row"),
        ("draw,flat\n0,5\n1,nan\n", "not a finite number"),
        ("draw,flat\n0,5\n1,50\n", "out of range"),
        ("draw,flat\n0,5\n", "no draws"),
    ],
)
def test_a_wrong_posterior_is_refused(text, words, tmp_path):
    path = tmp_path / "draws.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=words):
        load_parameters("posterior", folder=FOLDER, posterior=path)


def test_mean_gives_the_central_values_in_every_draw():
    mean = load_parameters("mean", folder=FOLDER, posterior=NOWHERE)
    assert dict(mean.draw(1)) == dict(mean.draw(2)) == dict(mean.central())
    assert mean.draw(1).label == "mean"


@pytest.mark.parametrize(
    ("name", "text"),
    [("mine.yaml", "flat: 9\nprice: 20_000\n"), ("mine.csv", "name,value\nflat,9\nprice,20000\n")],
)
def test_a_file_sets_values(name, text, tmp_path, priors):
    (tmp_path / name).write_text(text)
    for given_as in (tmp_path / name, str(tmp_path / name)):
        mine = load_parameters(given_as, folder=FOLDER, posterior=NOWHERE)
        assert (mine.draw(2)["flat"], mine.draw(2)["price"]) == (9, 20_000)
        assert mine.draw(2)["share"] == priors.draw(2)["share"]
        assert mine.label == "file"
        assert mine.note == f"2 values from {name}, the others from the prior"


@pytest.mark.parametrize(
    ("name", "text", "line", "words"),
    [
        ("a.yaml", "flat: 9\nprise: 20_000\n", 2, "did you mean 'price'"),
        ("a.yaml", "flat: 900\n", 1, "out of range; given 900; allowed: a number from 0 to 20 (units)"),
        ("a.yaml", "flat: {value: 9}\n", 1, "not a number"),
        ("a.yaml", "flat: 9\nflat: 8\n", 2, "stands twice"),
        ("a.csv", "name,value\nflat,9\nflat,8\n", 3, "stands twice"),
        ("a.csv", "name,value\nflat,nine\n", 2, "not a number"),
        ("a.csv", "name,value\nflat,nan\n", 2, "not a finite number"),
        ("a.csv", "name,value\nflat\n", 2, "no value"),
        ("a.csv", "parameter,value\nflat,9\n", 1, "wrong header"),
        ("a.csv", "", 1, "wrong header"),
    ],
)
def test_a_wrong_file_of_values_is_refused_where_it_is_wrong(name, text, line, words, tmp_path):
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError) as caught:
        load_parameters(tmp_path / name, folder=FOLDER, posterior=NOWHERE)
    assert words in str(caught.value)
    assert caught.value.line == line


def test_an_unknown_set_is_answered_with_the_nearest():
    with pytest.raises(InputError) as caught:
        load_parameters("priors", folder=FOLDER)
    assert caught.value.suggestion == "prior"


# --- definition files ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("value: 3, low: 0, high: 2, unit: " + PLAIN, "a.high: the range does not hold the value; given 2"),
        ("value: 3, low: 4, high: 5, unit: " + PLAIN, "a.low: the range does not hold the value; given 4"),
        ("value: .nan, low: 0, high: 2, unit: " + PLAIN, "a.value: wrong value; given nan"),
        ("value: 1, low: 0, high: .inf, unit: " + PLAIN, "a.high: wrong value; given inf"),
        ('value: "1", low: 0, high: 2, unit: ' + PLAIN, "a.value: wrong value; given '1'; allowed: a number"),
        ("value: true, low: 0, high: 2, unit: " + PLAIN, "a.value: wrong value; given True"),
        ("value: 1, low: 0, high: 2, units: " + PLAIN, "did you mean 'unit'"),
        ("value: 1, high: 2, unit: " + PLAIN, "a.low: missing"),
        ("value: 1, low: 0, high: 2, unit: yuan of " + PLAIN, "a.price_year: money without a price year"),
        ("value: 1, low: 0, high: 2, minimum: 1, unit: " + PLAIN, "a.minimum: above low"),
        ("value: 1, low: 0, high: 2, maximum: 1, unit: " + PLAIN, "a.maximum: below high"),
        ("value: 1, low: 0, high: 2, concentration: 4, unit: " + PLAIN, "wrong use of concentration"),
        (
            "value: 1, low: 0, high: 2, unit: u, distribution: beta, evidence: e, grade: prior",
            "wrong use of concentration",
        ),
        (
            "value: 0, low: 0, high: 2, concentration: 4, unit: u, distribution: beta, evidence: e, grade: prior",
            "a.value: a beta needs its mean inside the range",
        ),
        (
            "value: 1, low: 0, high: 2, unit: u, distribution: loguniform, evidence: e, grade: prior",
            "a.low: not positive",
        ),
        (
            "value: 1, low: 0, high: 2, unit: u, distribution: normal, evidence: e, grade: prior",
            "a.distribution: wrong value; given 'normal'",
        ),
        (
            "value: 1, low: 0, high: 2, unit: u, distribution: uniform, evidence: e, grade: guess",
            "a.grade: wrong value; given 'guess'",
        ),
        (
            'value: 1, low: 0, high: 2, unit: u, distribution: uniform, evidence: "", grade: prior',
            "a.evidence: wrong value",
        ),
    ],
)
def test_a_wrong_definition_is_refused(entry, words, tmp_path):
    with pytest.raises(InputError) as caught:
        read_definitions(_folder(tmp_path, f"# one parameter\na: {{{entry}}}\n"))
    assert words in str(caught.value)
    assert caught.value.line == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 3\n", "a: wrong value; given 3; allowed: a mapping"),
        ("Big: {}\n", "not a parameter's name"),
        ("", "the file is empty"),
    ],
)
def test_a_wrong_definition_file_is_refused(text, words, tmp_path):
    with pytest.raises(InputError) as caught:
        read_definitions(_folder(tmp_path, text))
    assert words in str(caught.value)


def test_a_name_may_stand_in_one_file_only(tmp_path):
    for name in ("first", "second"):
        (tmp_path / f"{name}.yaml").write_text(f"\na: {{value: 1, low: 0, high: 2, unit: {PLAIN}}}\n")
    with pytest.raises(InputError) as caught:
        read_definitions(tmp_path)
    assert "the name is taken by a parameter of first.yaml" in str(caught.value)
    assert (Path(caught.value.file).name, caught.value.line) == ("second.yaml", 2)


def test_a_folder_without_files_is_refused(tmp_path):
    with pytest.raises(InputError, match="no parameter files"):
        read_definitions(tmp_path)


# --- the shipped priors ----------------------------------------------------------------------------------


def test_every_shipped_draw_stays_in_its_range():
    shipped = load_parameters("prior")
    for k in range(1, 41):
        for name, value in shipped.draw(k).items():
            definition = shipped.definitions[name]
            assert definition.low <= value <= definition.high, name


def test_the_shipped_choice_priors_keep_their_published_ratio_and_share():
    shipped = load_parameters("prior").definitions
    assert "beta_time" not in shipped  # tied: ratio_time_income * beta_income
    assert shipped["ratio_time_income"].value == pytest.approx(np.log(1 / 1.15) / np.log(1.10), abs=0.005)
    assert shipped["reclassified_share"].distribution == "beta"
    assert (shipped["reclassified_share"].value, shipped["reclassified_share"].high) == (0.33, 0.45)

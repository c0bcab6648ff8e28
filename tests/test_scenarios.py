"""Scenario files: what is refused and how, inheritance, immutability, and what the shipped ones say."""

import copy
import json
import pickle
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from jcsim.errors import InputError
from jcsim.instruments import FOLDER, load_instruments, read_instrument
from jcsim.parameters import load_parameters
from jcsim.region import load_region
from jcsim.scenario import (
    apply_changes,
    list_scenarios,
    load_scenario,
    parse_setting,
    scenario_folder,
    scenario_schema,
)
from jcsim.scenario.places import towns_of
from jcsim.yamlfile import load_yaml, parse_yaml

BAD = sorted((Path(__file__).parent / "bad_scenarios").glob("*.yaml"))
OWN = {"start": 2020, "until": 2030}
GAOPING, YANGCHENG, GAOPING_TOWN = "140581", "140522", "140581001"


@pytest.fixture(scope="module")
def region():
    return load_region("jincheng")


# --- what is refused ---------------------------------------------------------------------------------


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_scenario_is_refused_in_the_words_it_expects(path, region):
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# expects: ")
    with pytest.raises(InputError) as caught:
        load_scenario(path).check(region)
    assert first.removeprefix("# expects: ") in str(caught.value)
    assert caught.value.line is not None
    assert Path(caught.value.file).name.endswith(".yaml")


def test_the_first_of_several_problems_in_file_order_is_reported(tmp_path):
    path = tmp_path / "two.yaml"
    path.write_text("name: two\nuntil: never\ntitle: {zh: 二, en: two}\nstart: 1999\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    assert (caught.value.line, caught.value.field, caught.value.given) == (2, "until", "never")


def test_a_missing_file_and_a_folder_are_input_errors(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        load_scenario(tmp_path / "none.yaml")
    with pytest.raises(InputError, match="cannot be read"):
        load_scenario(tmp_path)


def test_a_file_that_is_not_utf8_is_an_input_error(tmp_path):
    (tmp_path / "gbk.yaml").write_bytes("title: 晋城".encode("gbk"))
    with pytest.raises(InputError, match="UTF-8"):
        load_scenario(tmp_path / "gbk.yaml")


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(InputError) as caught:
        load_scenario("basline")
    assert caught.value.suggestion == "baseline"


def test_a_problem_seen_only_with_the_region_is_reported_where_it_was_written(tmp_path, region):
    base = tmp_path / "base.yaml"
    base.write_text(
        "name: base\ntitle: {zh: 甲, en: base}\nstart: 2020\nuntil: 2030\ninstruments:\n"
        "  county_seat_jobs:\n  - {from: 2023, where: nowhere, jobs_per_year: 10}\n",
        encoding="utf-8",
    )
    child = tmp_path / "child.yaml"
    child.write_text("name: child\ntitle: {zh: 乙, en: child}\nextends: base.yaml\n", encoding="utf-8")
    with pytest.raises(InputError, match="unknown place") as caught:
        load_scenario(child).check(region)
    assert (Path(caught.value.file).name, caught.value.line) == ("base.yaml", 7)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4) | st.just("off"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)
PATHS = [
    *[(key,) for key in ("name", "title", "extends", "start", "until", "assumptions", "feedback")],
    *[("instruments",), ("instruments", "rights_exit"), ("instruments", "rights_exit", 0)],
    *[("instruments", "rights_exit", 0, key) for key in ("from", "until", "where", "clause", "strength")],
]


@given(st.sampled_from(PATHS), ANYTHING)
def test_any_value_anywhere_is_read_or_refused_as_input(path, value):
    raw = OWN | {"instruments": {"rights_exit": [{"from": 2023, "homestead_offer_yuan": 10}]}}
    raw = copy.deepcopy(raw)
    holder = raw
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    try:
        scenario = load_scenario(raw)
    except InputError:
        return
    assert load_scenario(scenario.as_dict()) == scenario


@pytest.mark.parametrize("case", [None, 2020, ["plan"], {2020: "start"}, {}])
def test_what_is_no_scenario_is_refused(case):
    with pytest.raises(InputError):
        load_scenario(case)


# --- the YAML dialect --------------------------------------------------------------------------------


def test_scalars_mean_what_they_look_like():
    text = "[1_500, 1e-3, .5, -2, 0.30, off, no, 2014-05-29, 010, 12:30, ~, true, 1.0e+3, +7]"
    expected = [1500, 0.001, 0.5, -2, 0.3, "off", "no", "2014-05-29", "010", "12:30", None, True, 1000.0, 7]
    assert parse_yaml(text).data == expected


def test_every_value_knows_its_line(tmp_path):
    path = tmp_path / "lines.yaml"
    path.write_text("a: 1\nb:\n  - c: 2\n    d: 3\n  - e: 4\n", encoding="utf-8")
    document = load_yaml(path)
    assert [document.line_of(p) for p in ("a", "b.0.c", "b.0.d", "b.1.e", "b.1.e.x")] == [1, 3, 4, 5, 5]


def test_anchors_are_shared_values():
    assert parse_yaml("a: &x [1, 2]\nb: *x\n").data == {"a": [1, 2], "b": [1, 2]}


def test_aliases_of_aliases_cannot_exhaust_memory():
    lines = ["a0: &a0 [0]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    with pytest.raises(InputError, match="more than"):
        parse_yaml("\n".join(lines))


# --- inheritance and immutability --------------------------------------------------------------------


def test_a_reform_never_changes_its_baseline():
    before = load_scenario("baseline").as_dict()
    reform = load_scenario({"extends": "baseline", "instruments": {"residence_permit": [{"from": 2023}]}})
    assert reform.instruments["residence_permit"][0].strength == 1
    written = reform.as_dict()
    written["instruments"]["residence_permit"][0]["strength"] = 0
    assert load_scenario("baseline").as_dict() == before
    assert reform.instruments["residence_permit"][0].strength == 1


def test_nothing_of_a_scenario_can_be_changed():
    plan = load_scenario("plan")
    with pytest.raises(ValidationError):
        plan.until = 2040
    with pytest.raises(ValidationError):
        plan.title.en = "other"
    with pytest.raises(TypeError):
        plan.instruments["two_child"] = ()
    with pytest.raises(TypeError):
        plan.instruments.update(two_child=())
    setting = plan.instruments["housing_subsidy"][0]
    with pytest.raises(ValidationError):
        setting.until = 2024
    with pytest.raises(TypeError):
        setting.values["grant_yuan"] = 1.0
    with pytest.raises(TypeError):
        del plan.assumptions["x"]


def test_the_dict_a_scenario_was_made_from_is_left_alone_and_left_behind():
    raw = OWN | {"instruments": {"rights_exit": [{"from": 2023, "land_offer_yuan_per_mu": 30_000}]}}
    untouched = copy.deepcopy(raw)
    scenario = load_scenario(raw)
    assert raw == untouched
    raw["instruments"]["rights_exit"][0]["land_offer_yuan_per_mu"] = 0
    assert scenario.instruments["rights_exit"][0].values["land_offer_yuan_per_mu"] == 30_000


def test_a_child_replaces_an_instruments_settings_whole_and_keeps_the_others():
    base = load_scenario("history")
    child = load_scenario({"extends": "history", "instruments": {"two_child": [{"from": 2016}]}})
    assert [s.from_ for s in base.instruments["two_child"]] == [2014, 2016]
    assert [s.from_ for s in child.instruments["two_child"]] == [2016]
    others = set(base.instruments) - {"two_child"}
    assert all(child.instruments[name] == base.instruments[name] for name in others)
    assert (child.start, child.until) == (base.start, base.until)


@pytest.mark.parametrize("off", ["off", False])
def test_off_removes_an_inherited_instrument(off):
    child = load_scenario({"extends": "plan", "instruments": {"rights_exit": off}})
    assert set(load_scenario("plan").instruments) - set(child.instruments) == {"rights_exit"}


def test_assumptions_are_merged_series_by_series():
    low = load_scenario({"extends": "baseline", "assumptions": {"coal": "low", "fertility": "high"}, "name": "low"})
    content = low.as_dict() | {"assumptions": {**low.assumptions, "coal": "high"}}
    assert load_scenario(content).assumptions == {"coal": "high", "fertility": "high"}
    assert (low.variant("fertility"), low.variant("outside_wage")) == ("high", "mid")


def test_identity_is_not_inherited(tmp_path):
    path = tmp_path / "child.yaml"
    path.write_text("extends: plan\n", encoding="utf-8")
    with pytest.raises(InputError, match="name: missing"):
        load_scenario(path)


def test_a_file_may_extend_a_file_beside_it(tmp_path):
    text = "name: {0}\ntitle: {{zh: 甲, en: a}}\nextends: {1}\n"
    (tmp_path / "first.yaml").write_text(text.format("first", "plan") + "until: 2031\n", encoding="utf-8")
    (tmp_path / "second.yaml").write_text(text.format("second", "first.yaml"), encoding="utf-8")
    assert load_scenario(tmp_path / "second.yaml").until == 2031


# --- hashes ------------------------------------------------------------------------------------------


def test_content_hash_sees_content_and_not_names():
    one = load_scenario(OWN | {"name": "one"})
    two = load_scenario(OWN | {"name": "two"})
    assert one.content_hash == two.content_hash
    assert one.hash != two.hash
    assert one != two
    changes = [
        {"until": 2031},
        {"start": 2010},
        {"feedback": False},
        {"relabelling": False},
        {"assumptions": {"coal": "low"}},
        {"instruments": {"residence_permit": [{"from": 2023}]}},
    ]
    hashes = {load_scenario(OWN | change).content_hash for change in changes}
    assert len(hashes | {one.content_hash}) == len(changes) + 1


def test_a_written_scenario_reads_back_equal():
    for name in list_scenarios():
        scenario = load_scenario(name)
        assert load_scenario(json.loads(json.dumps(scenario.as_dict()))) == scenario


def test_a_scenario_survives_pickle_and_deepcopy():
    plan = load_scenario("plan")
    for twin in (pickle.loads(pickle.dumps(plan)), copy.deepcopy(plan)):
        assert twin == plan
        assert hash(twin) == hash(plan)
        assert twin.instruments["housing_subsidy"][0].values["grant_yuan"] == 20_000


def test_written_defaults_and_left_out_defaults_are_one_scenario():
    short = load_scenario(OWN | {"instruments": {"residence_permit": [{"from": 2023}]}})
    long = load_scenario(
        OWN | {"instruments": {"residence_permit": [{"from": 2023, "strength": 1.0, "where": ["all"]}]}}
    )
    assert short == long


# --- what is in force ----------------------------------------------------------------------------------


def test_a_setting_is_in_force_in_its_years_and_no_others():
    setting = {"from": 2022, "until": 2024, "strength": 0.5}
    scenario = load_scenario(OWN | {"instruments": {"settlement_relaxation": [setting]}})
    in_force = [year for year in range(2020, 2031) if scenario.settings_in(year)]
    assert in_force == [2022, 2023, 2024]


def test_an_instrument_of_no_strength_is_never_in_force():
    off = {"from": 2022, "strength": 0, "grant_yuan": 50_000}
    scenario = load_scenario(OWN | {"instruments": {"housing_subsidy": [off]}})
    assert all(scenario.settings_in(year) == {} for year in range(2020, 2031))


def test_settings_of_different_places_may_run_side_by_side(region):
    settings = [
        {"from": 2022, "where": GAOPING, "strength": 0.5},
        {"from": 2022, "where": YANGCHENG, "strength": 1},
    ]
    scenario = load_scenario(OWN | {"instruments": {"settlement_relaxation": settings}})
    scenario.check(region)
    assert [s.where for s in scenario.settings_in(2022)["settlement_relaxation"]] == [
        (GAOPING,),
        (YANGCHENG,),
    ]


def test_groups_name_the_towns_of_the_plan(region):
    def names(*where):
        return {region.places[i].name_zh for i in towns_of(where, region)}

    assert len(names("all")) == region.n_towns == 77
    assert {"龙港镇", "凤城镇", "崇文镇", "北城街道"} <= names("seats")
    assert "东街街道" in names("central")
    assert not names("central") & names("seats")
    assert len(names("key_towns")) == 16
    assert towns_of((GAOPING, GAOPING_TOWN), region) == towns_of((GAOPING,), region)
    assert names(GAOPING_TOWN) == {"北城街道"}
    assert len(names(GAOPING, YANGCHENG)) == len(names(GAOPING)) + len(names(YANGCHENG))


def test_an_outside_place_is_no_place_for_an_instrument(region):
    with pytest.raises(InputError, match="unknown place"):
        towns_of(("EXT_ZHENGZHOU",), region)


# --- --set -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def priors():
    return load_parameters("prior")


def test_set_changes_parameters_and_scenario_and_leaves_the_originals(priors):
    plan = load_scenario("plan")
    scenario, parameters = apply_changes(
        [
            "parameters.network_slope=3",
            "instruments.settlement_relaxation.2.strength=0.5",
            "instruments.housing_subsidy.grant_yuan=30_000",
            "instruments.rights_exit=off",
            "assumptions.coal=low",
            "until=2030",
            "feedback=false",
        ],
        plan,
        priors,
    )
    assert parameters.draw(4)["network_slope"] == 3
    assert scenario.instruments["settlement_relaxation"][2].strength == 0.5
    assert scenario.instruments["settlement_relaxation"][1].strength == 0.6
    assert scenario.instruments["housing_subsidy"][0].values["grant_yuan"] == 30_000
    assert "rights_exit" not in scenario.instruments
    assert (scenario.until, scenario.feedback, scenario.variant("coal")) == (2030, False, "low")
    assert plan == load_scenario("plan")
    assert priors.draw(4)["network_slope"] != 3


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("until=2040", "until"),
        ("instruments.county_seat_jobs.where=nowhere", "instruments.county_seat_jobs.0.where.0"),
        ("instruments.county_seat_jobs.0.where=[seats, nowhere]", "instruments.county_seat_jobs.0.where.1"),
        ("assumptions.coall=low", "assumptions.coall"),
    ],
)
def test_an_error_in_a_value_set_by_hand_does_not_name_a_line_of_the_scenario_file(text, field, region, priors):
    scenario, _ = apply_changes([text], load_scenario("plan"), priors)
    with pytest.raises(InputError) as caught:
        scenario.check(region)
    assert (caught.value.field, caught.value.file, caught.value.line) == (field, None, None)


def test_an_error_in_a_value_of_the_file_names_its_line_although_another_was_set_by_hand(tmp_path, region, priors):
    path = tmp_path / "mine.yaml"
    path.write_text(
        "name: mine\ntitle: {zh: 试, en: mine}\nextends: plan\ninstruments:\n  county_seat_jobs:\n"
        "    - {from: 2023, where: nowhere, jobs_per_year: 100}\n",
        encoding="utf-8",
    )
    texts = ["until=2030", "instruments.county_seat_jobs.jobs_per_year=200"]
    scenario, _ = apply_changes(texts, load_scenario(path), priors)
    with pytest.raises(InputError) as caught:
        scenario.check(region)
    assert (caught.value.file, caught.value.line) == (str(path), 6)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("network_slope=3", "unknown setting"),
        ("parameters.network_slope", "not a setting"),
        ("parameters.network_slop=3", "did you mean 'network_slope'"),
        ("parameters.network_slope=much", "not a number"),
        ("parameters.network_slope=.nan", "not a finite number"),
        ("parameters.network_slope=-1", "out of range"),
        ("parameters=3", "not a path to one value"),
        ("instrument.rights_exit=off", "did you mean 'instruments'"),
        ("instruments.rights_exit=0.5", "not a setting"),
        ("instruments.right_exit.strength=0.5", "did you mean 'rights_exit'"),
        ("instruments.rights_exit.strength=2", "out of range"),
        ("instruments.rights_exit.5.strength=1", "no such dated setting"),
        ("instruments.housing_subsidy.grant_wan=2", "wrong unit"),
        ("assumptions.coal=lowest", "wrong value"),
        ("until=2019", "ends before it begins"),
        ("feedback=no", "true or false"),
    ],
)
def test_a_wrong_set_is_refused(text, words, priors):
    with pytest.raises(InputError, match=words.replace("(", r"\(")):
        apply_changes([text], load_scenario("plan"), priors)


def test_a_setting_is_read_as_a_path_and_a_value():
    assert parse_setting("instruments.rights_exit.0.until=2028") == (
        ("instruments", "rights_exit", "0", "until"),
        2028,
    )


# --- the shipped files -------------------------------------------------------------------------------


def test_the_named_scenarios_are_shipped_each_under_its_own_name(region):
    names = {"history", "baseline", "plan", "plan_2021", "no_relabelling", "plan_no_relabelling"}
    assert names <= set(list_scenarios())
    for name in list_scenarios():
        scenario = load_scenario(name)
        scenario.check(region)
        assert scenario.name == name
        assert scenario.title.zh != scenario.title.en


def test_history_and_projections_start_from_their_censuses():
    assert {name: load_scenario(name).start for name in ("history", "baseline", "plan")} == {
        "history": 2010,
        "baseline": 2020,
        "plan": 2020,
    }


def test_the_plan_acts_from_its_publication_or_from_2021_and_is_the_baseline_before():
    baseline, plan, early = (load_scenario(name) for name in ("baseline", "plan", "plan_2021"))
    for year in (2021, 2022):
        assert _doses(plan, year) == _doses(baseline, year)
    assert _doses(early, 2021) == _doses(early, 2035) == _doses(plan, 2023) == _doses(plan, 2035)
    assert _doses(plan, 2023) != _doses(baseline, 2023)


def _doses(scenario, year):
    return {name: [(s.where, s.values) for s in used] for name, used in scenario.settings_in(year).items()}


@pytest.mark.parametrize("name", ["baseline", "plan"])
def test_the_rows_without_relabelling_differ_in_nothing_else(name):
    twin = "no_relabelling" if name == "baseline" else "plan_no_relabelling"
    one, other = load_scenario(name).as_dict(), load_scenario(twin).as_dict()
    differing = {key for key in one if one[key] != other[key]}
    assert differing == {"name", "title", "relabelling"}
    assert (one["relabelling"], other["relabelling"]) == (True, False)


def test_every_instrument_of_the_plan_states_its_clause_and_calls_assumptions_so():
    for name, settings in load_scenario("plan").instruments.items():
        for setting in settings:
            if setting.from_ >= 2023:
                assert setting.clause.startswith("plan "), name
                assert setting.note, name


def test_the_shipped_scenarios_meet_the_json_schema():
    schema = scenario_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    for name in list_scenarios():
        jsonschema.validate(load_yaml(scenario_folder() / f"{name}.yaml").data, schema)


@pytest.mark.parametrize(
    "stem", ["wrong_unit", "rate_over_one", "negative", "unknown_key", "unknown_instrument", "nothing_to_do"]
)
def test_the_json_schema_refuses_what_the_loader_refuses(stem):
    path = next(path for path in BAD if path.stem == stem)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(load_yaml(path).data, scenario_schema())


# --- instruments -------------------------------------------------------------------------------------


def test_every_instrument_is_off_at_zero_and_can_be_used_as_its_file_says():
    for name, instrument in load_instruments().items():
        setting = {"from": instrument.year_first, instrument.doses[0] if instrument.doses else "strength": 1}
        scenario = load_scenario(OWN | {"until": 2035, "instruments": {name: [setting | {"strength": 0}]}})
        assert scenario.settings_in(max(2021, instrument.year_first)) == {}
        assert set(scenario.instruments[name][0].values) == set(instrument.settings)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("name: land_titles", "name: land_title", "not the file's name"),
        ("levers: [P11]", "levers: [P28]", "levers.0"),
        ("payer: centre", "payer: emperor", "payer"),
        ("high: 1", "high: 2", "no strength"),
        ("default: 1", "default: 5", "settings.strength.default: outside the range"),
        ("unit: share", "unit: yuan", "price_year: money without a price year"),
        ("evidence: A", "evidence: D", "'A', 'B' or 'C'"),
        ("local: true", "lokal: true", "did you mean 'local'"),
    ],
)
def test_a_wrong_instrument_file_is_refused(old, new, words, tmp_path):
    shipped = FOLDER / "land_titles.yaml"
    text = shipped.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "land_titles.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_instrument(tmp_path / "land_titles.yaml")
    assert words in str(caught.value)

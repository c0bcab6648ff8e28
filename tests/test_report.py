"""The report: one file that asks nothing of a network, honest about what it holds and what it lacks."""

import base64
import re
from html import escape
from html.parser import HTMLParser
from io import BytesIO
from types import SimpleNamespace

import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from synthetic_results import draw_shared, result, result_parts, shared_parts, shared_region

from jcsim.cli.publish import parameter_table
from jcsim.errors import InputError
from jcsim.indicators.plan import measures, targets
from jcsim.indicators.scoreboard import scoreboard
from jcsim.instruments import load_instruments
from jcsim.parameters import read_definitions
from jcsim.parameters.loading import NO_POSTERIOR
from jcsim.population import build_population
from jcsim.report import fonts, translations, write_report
from jcsim.report.limits import LIMITS
from jcsim.report.origin_tables import parameter_grid
from jcsim.scenario import list_scenarios, load_scenario
from jcsim.viz.style import Words

PARAMETERS = pd.DataFrame(
    [("attention", 0.25, 0.08, 0.5, "share a year", "prior", "free <choice>")],
    columns=["name", "value", "low", "high", "unit", "grade", "evidence"],
)
FIT = pd.DataFrame(
    [("140502", "age x sex", "male 0-4", "exact", 100, 100, 0), ("140521", "size", "3", "fitted", 5000, 4990, -10),
     ("140521", "size", "4", "fitted", 900, 903, 3), ("140500", "land", "mean", "assumed", float("nan"), 7.25, float("nan"))],
    columns=["county", "margin", "cell", "kind", "target", "achieved", "difference"],
)  # fmt: skip
FITS = {2020: FIT, 2010: FIT[FIT["margin"] == "age x sex"]}
PLAN = {
    "name": "plan", "title": {"zh": "规划", "en": "the plan"}, "start": 2020, "until": 2035, "relabelling": True,
    "feedback": True,
    "instruments": {
        "rights_exit": [{"from": 2023, "where": ["140521"], "strength": 1.0, "land_offer_yuan_per_mu": 27800.0,
                         "clause": "plan 3.4", "note": "an assumption"}],
        "school_mergers": [{"from": 2010, "until": 2012, "where": ["all"], "strength": 1.0}],
    },
}  # fmt: skip
MANIFEST = {
    "name": "<script>alert(1)</script>", "key": "k1", "seed": 1, "parameters_label": "prior", "host": "somewhere",
    "region": {"id": "jincheng", "hash": "abc"}, "versions": {"numpy": "2.4", "system": "Linux-9"}, "notes": ["a note"], "runs": [{}, {}], "scenarios": {"h": PLAN},
}  # fmt: skip


class Page(HTMLParser):
    """Elements of a page: addresses it refers to, ids, headings, text."""

    def __init__(self, source):
        super().__init__()
        self.source = source
        self.addresses, self.ids, self.tags, self.words, self.open = [], [], [], [], []
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        self.tags.append((tag, names))
        self.addresses += [names[name] for name in ("src", "href", "data", "action", "srcset") if name in names]
        self.ids += [names["id"]] if "id" in names else []
        if tag not in ("meta", "img", "link", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "script"):
            self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def region():
    return shared_region()


@pytest.fixture(scope="module")
def parts(region):
    return result_parts(region, draws=3, until=2026)


@pytest.fixture(scope="module")
def sources(region, tmp_path_factory):
    """The page of the shared parts in both languages, with everything a report can hold."""
    folder, pages = tmp_path_factory.mktemp("report"), {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("jcsim.report.page.draw", draw_shared)
        for lang in ("en", "zh"):
            path = folder / f"{lang}.html"
            write_report(shared_parts(), path, region, lang, MANIFEST, FITS, PARAMETERS, by="county")
            pages[lang] = path.read_text(encoding="utf8")
    return pages


@pytest.fixture
def no_figures(monkeypatch):
    """Pages of words and tables, where the test is about those."""
    monkeypatch.setattr("jcsim.report.page.draw", lambda parts, region, lang: iter(()))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_page_refers_to_nothing_outside_itself(sources, lang):
    page = Page(sources[lang])
    assert page.open == []
    assert len(page.addresses) > 15
    for address in page.addresses:
        assert address.startswith("data:image/png;base64,") or address.removeprefix("#") in page.ids
    style = "".join(re.findall(r"<style>(.*?)</style>", sources[lang], re.DOTALL))
    assert all(address.startswith("data:") for address in re.findall(r"url\((.*?)\)", style))
    assert "@import" not in style
    assert "<script" not in sources[lang]


@pytest.mark.parametrize("lang, code", [("en", "en"), ("zh", "zh-Hans")])
def test_a_page_names_its_language_and_has_every_section_and_figure(sources, lang, code):
    page = Page(sources[lang])
    assert ("html", {"lang": code}) in page.tags
    assert page.ids == [
        "summary", "scoreboard", "costs", "beyond", "gains", "trajectories", "sources", "hindcast", "counties", "map",
        "population", "flows", "limits", "scenarios", "parameters", "fit", "provenance",
    ]  # fmt: skip
    pictures = [names for tag, names in page.tags if tag == "img"]
    assert len(pictures) == 7
    assert all(base64.b64decode(p["src"].partition(",")[2]).startswith(b"\x89PNG") and p["alt"] for p in pictures)


def test_the_summary_reads_the_numbers_honestly(sources, region):
    board = scoreboard(shared_parts().full, shared_parts().ensemble, region=region).set_index("id")
    text = Page(sources["en"]).text
    for words in (
        f"{board.loc['T1', 'plan']:.2f} % in the plan scenario", "gives 68.10 % without any policy",
        "reaching the target shows no effect by itself", f"no relabelled territory it would be {board.loc['T0', 'baseline']:.2f} %",
        "too small to be told from no effect", "No probability of meeting a target is given", "not fitted to Jincheng",
    ):  # fmt: skip
        assert words in text.replace("\xa0", " "), words


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_target_and_every_limit_is_on_the_page(sources, lang):
    text = Page(sources[lang]).text
    for target in targets()["id"]:
        assert f" {target} " in text
    for limit in LIMITS:
        assert (limit.title_zh if lang == "zh" else limit.title_en) in text
        assert (limit.text_zh if lang == "zh" else limit.text_en) in text


def test_what_others_wrote_is_shown_as_text(sources):
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in sources["en"]
    assert "free <choice>" in Page(sources["en"]).text
    for words in ("somewhere", "Linux"):  # the host is no part of a report
        assert words not in Page(sources["en"]).text


def test_the_chinese_letters_of_a_page_travel_with_it(sources):
    for lang, least in (("en", 5), ("zh", 300)):
        encoded = re.search(r"data:font/woff;base64,([A-Za-z0-9+/=]+)", sources[lang]).group(1)
        known = TTFont(BytesIO(base64.b64decode(encoded))).getBestCmap()
        wide = {letter for letter in Page(sources[lang]).text if ord(letter) >= fonts.FIRST_WIDE}
        assert len(wide) > least
        assert {letter for letter in wide if ord(letter) not in known} == set()
        # first in the list: behind a system font some browsers draw boxes
        assert re.search(r"font-family: \"" + fonts.FAMILY + r"\", system-ui", sources[lang])


def test_a_page_without_wide_letters_or_font_embeds_none(monkeypatch):
    assert fonts.font_face("plain text") == ""
    monkeypatch.setattr(fonts, "find_spec", lambda name: None)
    assert fonts.font_face("晋城") == ""


def test_counties_are_tabulated_when_asked_for(sources, parts, region, tmp_path, no_figures):
    assert "Farm employment share (percent) year" in Page(sources["en"]).text
    plain = write_report({"full": parts["full"]}, tmp_path / "r.html", region).read_text(encoding="utf8")
    assert "Farm employment share (percent) year" not in Page(plain).text


def test_a_section_without_content_is_left_out(parts, region, tmp_path):
    page = Page(write_report({"history": parts["history"]}, tmp_path / "r.html", region).read_text(encoding="utf8"))
    assert "summary" not in page.ids and "flows" not in page.ids and "parameters" not in page.ids
    assert {"hindcast", "limits", "provenance"} <= set(page.ids)


def test_the_hindcast_calls_itself_untuned_only_while_it_is(parts, region, tmp_path, no_figures):
    history = parts["history"]
    text = Page(write_report({"history": history}, tmp_path / "a.html", region).read_text(encoding="utf8")).text
    assert "It is untuned: nothing observed after 2010 was fitted" in text
    fitted = type(history)(**(vars(history) | {"manifest": history.manifest | {"parameters_label": "posterior"}}))
    text = Page(write_report({"history": fitted}, tmp_path / "b.html", region).read_text(encoding="utf8")).text
    assert "part of these counts was fitted" in text
    assert "untuned" not in text


def test_a_region_with_one_census_gets_a_report_that_says_so(parts, region, tmp_path, no_figures):
    class OneCensus:
        def __getattr__(self, name):
            return getattr(region, name)

        def census(self, year):
            if year != 2010:
                raise InputError("no census of this year", given=year, allowed="2010")
            return region.census(year)

    page = Page(write_report(parts, tmp_path / "r.html", OneCensus()).read_text(encoding="utf8"))
    assert "No hindcast: no census of this year" in page.text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_scoreboard_is_one_table_of_the_first_row_and_all_targets_in_the_plan_s_order(sources, lang):
    section = sources[lang].partition('<section id="scoreboard">')[2].partition("</table>")[0]
    ids = re.findall(r'<tr[^>]*><td class="w short">(T\d+)</td>', section)
    assert ids == ["T0", *targets()["id"]]
    for concept in measures()[f"concept_{lang}"]:
        assert escape(concept) in section
    for reason in measures()[f"missing_{lang}"]:
        assert escape(reason) in section


def test_costs_name_the_instrument_and_who_pays(sources):
    text = Page(sources["en"]).text
    assert (
        "paid voluntary exit of rural land rights county 450.0 [450.0, 450.0] 1,200.0" in text
    )  # 3 and 8 years of 150 million
    assert "all instruments county 600.0 [600.0, 600.0] 1,600.0" in text
    assert "县财政 450.0" in Page(sources["zh"]).text


def test_the_rise_of_the_rate_and_of_the_count_are_split_in_tables(sources):
    text = Page(sources["en"]).text
    for words in ("Change of the urbanisation rate, points", "Change of the urban count, persons", "rural shrinkage"):
        assert words in text
    assert "history run 2010-2020" in text
    assert "every draw is split by itself" not in text  # the runs shown are central; only the ensemble is draws


def test_who_gains_is_told_by_fifth_sex_age_and_county(sources):
    text = Page(sources["en"]).text
    section = text.partition("Who gains: income per head")[2]
    for words in ("poorest fifth", "women", "ages 60 and over", "Lingchuan", "not the same persons followed"):
        assert words in section


def test_the_fit_of_both_censuses_names_the_worst_cell_and_what_was_assumed(sources):
    text = Page(sources["en"]).text
    assert "Census of 2010: every cell with a count is met exactly." in text
    assert "Census of 2020: the worst cell is size, 3, Qinshui: 4,990 against 5,000." in text
    assert "Qinshui: 3" in text and "land mean 7.25" in text


def test_scenarios_are_told_with_their_instruments_in_force(sources):
    text = Page(sources["en"]).text
    assert (
        "Qinshui strength 1 (share of households that receive the offer), offer for contracted land 27,800 (yuan per mu)"
        in text
    )
    assert "plan 3.4; an assumption" in text
    assert "mergers of village schools" not in text  # ended before the scenario starts


def test_one_scenario_of_the_user_alone_makes_a_page(region, tmp_path, no_figures):
    alone = {"full": result(region, ("mine",), 2020, 2022)}
    page = Page(write_report(alone, tmp_path / "r.html", region).read_text(encoding="utf8"))
    assert page.open == []
    assert page.text.count("this result ends in 2022, before the targets' year 2025") == 1


def page_of(trajectories_of, region, tmp_path, lang="en", manifest=None):
    """The page of full runs alone."""
    path = write_report({"full": trajectories_of}, tmp_path / f"{lang}.html", region, lang, manifest)
    return Page(path.read_text(encoding="utf8"))


def section_of(page, name):
    """The text of one section."""
    return Page(page.source.partition(f'<section id="{name}">')[2].partition("</section>")[0]).text


def draws_of(region, scenarios=("baseline", "plan"), until=2030):
    return result(region, scenarios, 2020, until, (1, 2, 3), 0.02, towns=False)


def replaced(made, indicator, change):
    """The runs with ``change(value, scenario, replicate, year)`` in place of the values of an indicator."""
    table = made.trajectories.copy()
    chosen = table["indicator"] == indicator
    keys = table.loc[chosen, ["value", "scenario", "replicate", "year"]].itertuples(index=False)
    table.loc[chosen, "value"] = [change(*key) for key in keys]
    made.trajectories = table
    return made


def test_the_cost_of_all_instruments_is_one_number_in_both_tables(region, tmp_path, no_figures):
    amounts = {"cost_rights_exit_real": {1: 8e8, 2: 1e8, 3: 3e8}, "cost_housing_subsidy_real": {1: 1e8, 2: 5e8, 3: 9e8}}
    made = draws_of(region)
    for name, paid in amounts.items():
        made = replaced(made, name, lambda v, s, k, y, paid=paid: paid[k] if s == "plan" and y == 2025 else 0.0)
    made = replaced(
        made, "fiscal_cost_real",
        lambda v, s, k, y: sum(paid[k] for paid in amounts.values()) if s == "plan" and y == 2025 else 0.0,
    )  # fmt: skip
    text = page_of(made, region, tmp_path).text
    assert "2025 900.0 [600.0, 1,200.0]" in text
    assert "all instruments county 900.0 [600.0, 1,200.0]" in text
    assert "rights county 300.0 [100.0, 800.0]" in text and "buyers county 500.0" in text


def test_an_effect_beyond_the_targets_is_paired_and_has_its_interval(region, tmp_path, no_figures):
    base, plan = {1: 60.0, 2: 70.0, 3: 65.0}, {1: 61.0, 2: 70.2, 3: 64.0}
    made = replaced(draws_of(region), "farm_employment_share", lambda v, s, k, y: (plan if s == "plan" else base)[k])
    text = page_of(made, region, tmp_path).text
    assert "Farm employment share percent 65.0 65.0 64.0 +0.20 [-1.00, +1.00]" in text


def test_a_plan_without_a_baseline_has_no_columns_for_one(region, tmp_path, no_figures):
    page = page_of(result(region, ("plan",), 2020, 2030), region, tmp_path)
    assert "the plan scenario meets" in page.text and "meets as well" not in page.text
    beyond = section_of(page, "beyond").partition("Members away and left behind")[2]
    assert "2025 plan 2030 plan" in beyond
    assert "baseline" not in beyond and "effect" not in beyond
    assert re.search(r"Farm employment share percent 44.0 \d+.\d \d+.\d Gini|percent 44.0 \d+\.\d \d+\.\d Land", beyond)
    assert "this result has no baseline run" in page.text
    assert "urbanisation_rate_constant_territory" not in page.text


@pytest.mark.parametrize("lang, word", [("en", "Of 29 targets"), ("zh", "29项指标中")])
def test_a_run_that_ends_early_counts_no_targets_and_has_no_empty_table(region, tmp_path, no_figures, lang, word):
    page = page_of(result(region, ("baseline", "plan"), 2020, 2023), region, tmp_path, lang)
    assert word not in page.text
    assert section_of(page, "scoreboard").count("2023") == 1
    assert not any("colspan" in names for _, names in page.tags)


def test_a_third_scenario_is_named_where_it_is_left_out(region, tmp_path, no_figures):
    text = page_of(result(region, ("baseline", "plan", "plan_2021"), 2020, 2030), region, tmp_path).text
    assert text.count("Compared here: baseline and plan; not shown: plan from 2021.") == 4
    text = page_of(result(region, ("baseline", "plan"), 2020, 2030), region, tmp_path).text
    assert "not shown" not in text


def test_starts_that_nobody_observed_and_shares_of_nothing_are_dashes(region, tmp_path, no_figures):
    made = result(region, ("baseline", "plan"), 2020, 2026)
    rows = made.trajectories[made.trajectories["indicator"] == "migrants_out"]
    new = {"migrants_within": lambda y: 90.0 * (y - 2020), "land_exited_share": lambda y: 0.0,
           "emptying_townships": lambda y: 2.0 * (y > 2025), "emptying_share_0_14": lambda y: 11.3}  # fmt: skip
    more = [rows.assign(indicator=name, value=rows["year"].map(value)) for name, value in new.items()]
    made.trajectories = pd.concat([made.trajectories, *more], ignore_index=True)
    text = page_of(made, region, tmp_path).text
    assert "Workers away inside the prefecture persons - 450 450 0" in text
    assert "Land rights exited percent 0.0 0.0" in text
    assert "Emptying townships townships 0 0 0 0 2 2 0" in text
    assert "Children in emptying townships percent - - - - 11.3 11.3 0.00" in text
    assert "Not every start is observed" in text


def test_intervals_are_spoken_of_only_where_there_are_draws(region, tmp_path, no_figures):
    assert "intervals show" not in page_of(result(region, ("baseline", "plan"), 2020, 2026), region, tmp_path).text
    assert "intervals show" in page_of(draws_of(region, until=2026), region, tmp_path).text


@pytest.mark.parametrize("factor, met", [(1.0, "yes yes"), (4.0, "level off level off")])
def test_the_summary_does_not_count_a_target_whose_start_is_off(region, tmp_path, no_figures, factor, met):
    made = replaced(
        result(region, ("baseline", "plan"), 2020, 2026), "new_urban_jobs", lambda v, s, k, y: 60_000 * factor
    )
    page = page_of(made, region, tmp_path)
    text, off = page.text, "1 cannot be judged, because the model's start is far from the published one (level off)"
    assert (off in text) is (factor > 1)
    counted = re.search(r"Of the (\d+) left, the plan scenario meets (\d+)", text)
    others = re.search(r"29 targets (\d+) have no value here(?:,| and) (\d+) have no threshold", text)
    assert sum(map(int, (counted[1], *others.groups()))) + (factor > 1) == 29
    row = section_of(page, "scoreboard").partition(" T2 ")[2].partition(" T3 ")[0]
    assert row.endswith(f"{met} -")


def test_targets_without_a_threshold_are_compared_on_both_sides(sources):
    section = (
        Page(sources["en"]).text.partition("hukou (registered) urbanisation rate (percent)")[2].partition("T10")[0]
    )
    assert len(re.findall(r"\d+\.\d\d (?:below|above)", section)) == 2


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_row_of_a_table_fills_its_columns(sources, lang):
    for table in re.findall(r"<table>.*?</table>", sources[lang], re.DOTALL):
        head = table.count("<th ") or None
        for row in re.findall(r"<tr.*?</tr>", table.partition("<tbody>")[2], re.DOTALL):
            spans = sum(int(span) - 1 for span in re.findall(r'colspan="(\d+)"', row))
            assert head in (None, row.count("<td") + spans)
    assert 'colspan="' in sources[lang]


def test_units_and_land_are_written_as_a_reader_knows_them(sources, region, tmp_path, no_figures):
    assert "km/km²" in sources["en"] and not re.search(r"\bk?m2\b", Page(sources["en"]).text)
    land = pd.DataFrame([("140500", "contracted land, 0.01 mu", "per head", "assumed", float("nan"), 164.6, float("nan"))],
                        columns=FIT.columns)  # fmt: skip
    path = write_report({"full": draws_of(region)}, tmp_path / "land.html", region, fit=land)
    assert "contracted land, mu per head 1.646" in Page(path.read_text(encoding="utf8")).text


def test_identifiers_are_written_in_words(sources):
    for lang in ("en", "zh"):
        for word in ("hukou_nonfarm_share", "land_offer_yuan_per_mu", "leased_out"):
            assert word not in sources[lang]
    assert "effectively ensured" in sources["en"] and "有效保障" not in Page(sources["en"]).text


def test_every_name_of_a_fit_a_setting_and_a_licence_has_a_chinese_one(region):
    say, latin = Words("zh"), re.compile(r"[A-Za-z]")
    fit = build_population(region, 2020).fit
    for margin in fit["margin"].str.replace("0.01 mu", "mu").unique():
        assert not latin.search(translations.margin(margin, say)), margin
    for cell in fit["cell"].unique():
        assert not latin.search(translations.fit_cell(cell, say)), cell
    for instrument in load_instruments().values():
        for dose in instrument.settings.values():
            assert not latin.search(translations.unit(dose.unit, say)), dose.unit
    for name in list_scenarios():
        scenario = load_scenario(name).model_dump(mode="json", by_alias=True)
        for setting in (one for settings in scenario["instruments"].values() for one in settings):
            for key in ("clause", "note"):
                words = setting.get(key) or ""
                assert not latin.search(translations.note(words, say)), words
                assert not re.search(r"[\u4e00-\u9fff]", translations.note(words, Words("en"))), words
    for item in region.data_package:
        assert item.title not in translations.source(item.title, say)
        assert item.source.startswith("PyPI") or translations.source(item.source, say) != item.source
    assert not latin.search(translations.note(NO_POSTERIOR, say))


def test_parameters_show_the_central_value_and_what_was_drawn():
    name, one = next(iter(read_definitions().items()))
    sets = {"c": {name: 0.5}, "a": {name: 1.0}, "b": {name: 4.0}, "d": {name: 2.0}}
    runs = [{"replicate": k, "parameters_hash": key} for k, key in ((1, "a"), (2, "b"), (3, "d"), (1, "a"))]
    table = parameter_table(SimpleNamespace(manifest={"parameters": sets, "runs": runs}))
    shown = table.iloc[0][["value", "drawn_median", "drawn_low", "drawn_high"]].tolist()
    assert shown == [one.value, 2.0, 1.0, 4.0]
    central = [{"replicate": 0, "parameters_hash": "c"}]
    assert (
        parameter_table(SimpleNamespace(manifest={"parameters": sets, "runs": central + runs})).iloc[0]["value"] == 0.5
    )
    table = parameter_table(SimpleNamespace(manifest={"parameters": sets, "runs": central}))
    assert "drawn_median" not in table and table.iloc[0]["value"] == 0.5
    head = parameter_grid(
        parameter_table(SimpleNamespace(manifest={"parameters": sets, "runs": runs})), Words("en")
    ).head
    assert head[:4] == ["parameter", "central value", "median of the draws", "lowest draw"]


@pytest.mark.parametrize("wrong", [{"lang": "de"}, {"by": "town"}, {"result_parts": {"whole": None}}])
def test_a_wrong_request_writes_nothing_and_keeps_what_was_there(parts, region, tmp_path, wrong):
    path = tmp_path / "r.html"
    path.write_text("before")
    with pytest.raises(InputError):
        write_report(**({"result_parts": parts, "path": path, "region": region} | wrong))
    assert path.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["r.html"]

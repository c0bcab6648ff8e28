"""The report: one file that asks nothing of a network, honest about what it holds and what it lacks."""

import base64
import re
from html import escape
from html.parser import HTMLParser
from io import BytesIO

import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from synthetic_results import draw_shared, result, result_parts, shared_parts, shared_region

from jcsim.errors import InputError
from jcsim.indicators.plan import measures, targets
from jcsim.indicators.scoreboard import scoreboard
from jcsim.report import fonts, write_report
from jcsim.report.limits import LIMITS

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
    ids = re.findall(r'<tr[^>]*><td class="w">(T\d+)</td>', section)
    assert ids == ["T0", *targets()["id"]]
    for concept in measures()[f"concept_{lang}"]:
        assert escape(concept) in section
    for reason in measures()[f"missing_{lang}"]:
        assert escape(reason) in section


def test_costs_name_the_instrument_and_who_pays(sources):
    text = Page(sources["en"]).text
    assert "paid voluntary exit of rural land rights county 450.0 1,200.0" in text  # 3 and 8 years of 150 million
    assert "all instruments county 600.0 1,600.0" in text
    assert "县财政 450.0" in Page(sources["zh"]).text


def test_the_rise_of_the_rate_and_of_the_count_are_split_in_tables(sources):
    text = Page(sources["en"]).text
    for words in ("Change of the urbanisation rate, points", "Change of the urban count, persons", "rural shrinkage"):
        assert words in text
    assert "history run 2010-2020" in text


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
    assert "paid voluntary exit of rural land rights 2023- Qinshui strength 1, land_offer_yuan_per_mu 27,800" in text
    assert "plan 3.4; an assumption" in text
    assert "mergers of village schools" not in text  # ended before the scenario starts


def test_one_scenario_of_the_user_alone_makes_a_page(region, tmp_path, no_figures):
    alone = {"full": result(region, ("mine",), 2020, 2022)}
    page = Page(write_report(alone, tmp_path / "r.html", region).read_text(encoding="utf8"))
    assert page.open == []
    assert page.text.count("this result ends in 2022, before the targets' year 2025") == 1


@pytest.mark.parametrize("wrong", [{"lang": "de"}, {"by": "town"}, {"result_parts": {"whole": None}}])
def test_a_wrong_request_writes_nothing_and_keeps_what_was_there(parts, region, tmp_path, wrong):
    path = tmp_path / "r.html"
    path.write_text("before")
    with pytest.raises(InputError):
        write_report(**({"result_parts": parts, "path": path, "region": region} | wrong))
    assert path.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["r.html"]

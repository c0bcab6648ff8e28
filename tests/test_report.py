"""The report: one file that asks nothing of a network, honest about what it holds and what it lacks."""

import base64
import re
from html.parser import HTMLParser
from io import BytesIO

import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from synthetic_results import result_parts

from jcsim.errors import InputError
from jcsim.indicators.plan import targets
from jcsim.indicators.scoreboard import scoreboard
from jcsim.region import load_region
from jcsim.report import fonts, write_report
from jcsim.report.limits import LIMITS

PARAMETERS = pd.DataFrame(
    [("attention", 0.25, 0.08, 0.5, "share a year", "prior", "free <choice>")],
    columns=["name", "value", "low", "high", "unit", "grade", "evidence"],
)
FIT = pd.DataFrame(
    [("140502", "age x sex", "male 0-4", "exact", 100, 100, 0), ("140521", "size", "3", "fitted", 5000, 4990, -10)],
    columns=["county", "margin", "cell", "kind", "target", "achieved", "difference"],
)
MANIFEST = {
    "name": "<script>alert(1)</script>", "key": "k1", "seed": 1, "parameters_label": "prior", "host": "somewhere",
    "region": {"id": "jincheng", "hash": "abc"}, "versions": {"numpy": "2.4"}, "notes": ["a note"], "runs": [{}, {}],
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
    return load_region("jincheng")


@pytest.fixture(scope="module")
def parts(region):
    return result_parts(region, draws=20, until=2026)


@pytest.fixture(scope="module")
def sources(parts, region, tmp_path_factory):
    """The page in both languages, with everything a report can hold."""
    folder = tmp_path_factory.mktemp("report")
    pages = {}
    for lang in ("en", "zh"):
        path = write_report(
            parts, folder / f"{lang}.html", region, lang, MANIFEST, FIT, PARAMETERS, by="county"
        )
        pages[lang] = path.read_text(encoding="utf8")
    return pages


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
    assert [i for i in page.ids] == [
        "summary", "scoreboard", "trajectories", "hindcast", "counties", "map", "population", "flows", "sources",
        "parameters", "fit", "limits", "provenance",
    ]  # fmt: skip
    pictures = [names for tag, names in page.tags if tag == "img"]
    assert len(pictures) == 7
    assert all(base64.b64decode(p["src"].partition(",")[2]).startswith(b"\x89PNG") and p["alt"] for p in pictures)


def test_the_summary_reads_the_numbers_honestly(sources, parts, region):
    board = scoreboard(parts["full"], parts["ensemble"], region=region).set_index("id")
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
    assert "somewhere" not in Page(sources["en"]).text  # the host is no part of a report


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


def test_counties_are_tabulated_when_asked_for(sources, parts, region, tmp_path):
    assert "Farm employment share (percent)" in Page(sources["en"]).text
    plain = write_report({"full": parts["full"]}, tmp_path / "r.html", region).read_text(encoding="utf8")
    assert "Farm employment share (percent)" not in Page(plain).text


def test_a_section_without_content_is_left_out(parts, region, tmp_path):
    page = Page(write_report({"history": parts["history"]}, tmp_path / "r.html", region).read_text(encoding="utf8"))
    assert "summary" not in page.ids and "flows" not in page.ids and "parameters" not in page.ids
    assert {"hindcast", "limits", "provenance"} <= set(page.ids)


def test_the_hindcast_calls_itself_untuned_only_while_it_is(parts, region, tmp_path):
    history = parts["history"]
    text = Page(write_report({"history": history}, tmp_path / "a.html", region).read_text(encoding="utf8")).text
    assert "It is untuned: nothing observed after 2010 was fitted" in text
    fitted = type(history)(**(vars(history) | {"manifest": history.manifest | {"parameters_label": "posterior"}}))
    text = Page(write_report({"history": fitted}, tmp_path / "b.html", region).read_text(encoding="utf8")).text
    assert "part of these counts was fitted" in text
    assert "untuned" not in text


def test_a_region_with_one_census_gets_a_report_that_says_so(parts, region, tmp_path):
    class OneCensus:
        def __getattr__(self, name):
            return getattr(region, name)

        def census(self, year):
            if year != 2010:
                raise InputError("no census of this year", given=year, allowed="2010")
            return region.census(year)

    page = Page(write_report(parts, tmp_path / "r.html", OneCensus()).read_text(encoding="utf8"))
    assert "No hindcast: no census of this year" in page.text


@pytest.mark.parametrize("wrong", [{"lang": "de"}, {"by": "town"}, {"result_parts": {"whole": None}}])
def test_a_wrong_request_writes_nothing_and_keeps_what_was_there(parts, region, tmp_path, wrong):
    path = tmp_path / "r.html"
    path.write_text("before")
    with pytest.raises(InputError):
        write_report(**({"result_parts": parts, "path": path, "region": region} | wrong))
    assert path.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["r.html"]

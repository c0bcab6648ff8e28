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
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text
from synthetic_results import result, shared_figure, shared_parts, shared_region

from jcsim.errors import InputError
from jcsim.indicators.counts import population_counts
from jcsim.indicators.select import Parts
from jcsim.viz import gaps, line_ends, network_map, pyramid, style, trajectories, write, write_figures
from jcsim.viz.flows import flow_matrix
from jcsim.viz.gaps import gap
from jcsim.viz.outside_places import outside_places
from jcsim.viz.points import naive_line, observed, target
from jcsim.viz.write import FIGURES, available, image

ROOT = Path(__file__).parents[1]
SLACK = 2.0  # pixels two boxes may share: a box is wider than the ink in it


@pytest.fixture(scope="module")
def region():
    return shared_region()


@pytest.fixture(scope="module")
def parts(region):
    return shared_parts()


@pytest.fixture(scope="module")
def drawn(parts, region):
    """Every figure in every language with the texts on it, drawn once."""
    figures = {(name, lang): shared_figure(name, lang) for name in FIGURES for lang in style.LANGUAGES}
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
    assert any("jcsim" in text for text, _ in drawn[name, lang][1])


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_says_which_runs_it_shows_and_that_they_are_not_fitted(drawn, name):
    assert any("Model: 1:1, central prior values, not fitted" in text for text, _ in drawn[name, "en"][1])
    assert any("模型：1:1，先验参数中心值，未按晋城数据拟合" in text for text, _ in drawn[name, "zh"][1])


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
    assert dict(naive_line(region, "urbanisation_rate", "140500", range(2021, 2026)))[2025] == pytest.approx(
        68.10, abs=0.01
    )
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
    placed = line_ends.spread_labels(given_at, least)
    order = sorted(range(len(given_at)), key=lambda i: given_at[i])
    for i, j in pairwise(order):
        assert placed[j] - placed[i] >= least * (1 - 1e-9)
    assert sum(placed) == pytest.approx(sum(given_at), abs=1e-6)
    if all(given_at[j] - given_at[i] >= least for i, j in pairwise(order)):
        assert placed == pytest.approx(given_at)


@given(st.lists(st.floats(-5, 15), min_size=1, max_size=8))
def test_labels_stay_inside_their_axes_as_long_as_there_is_room(given_at):
    placed = line_ends.kept_inside(line_ends.spread_labels(given_at, 1.0), 1.0, 0.0, 10.0)
    assert min(placed) >= -1e-9 and max(placed) <= 10.0 + 1e-9
    for one, other in pairwise(sorted(placed)):
        assert other - one >= 1.0 - 1e-9


def test_a_label_that_moved_is_joined_to_its_line():
    axes = Figure().subplots()
    axes.plot([0, 1], [0, 1])
    line_ends.label_ends(axes, [line_ends.EndLabel(0.5, name, name) for name in ("red", "blue", "green")])
    assert {line.get_color() for line in axes.lines[1:]} == {"red", "green"}  # the middle one stayed
    assert [text.get_text() for text in axes.texts] == ["red", "blue", "green"]


def test_a_label_of_what_ends_inside_the_axes_is_not_joined_to_their_edge():
    axes = Figure().subplots()
    axes.plot([0, 1], [0, 1])
    line_ends.label_ends(axes, [line_ends.EndLabel(0.5, name, name, joined=False) for name in ("red", "blue")])
    assert len(axes.lines) == 1


@pytest.mark.parametrize("lang", style.LANGUAGES)
@pytest.mark.parametrize("names", [("plan",), ("baseline", "plan"), ("baseline", "plan", "plan_2021")])
def test_trajectories_share_their_years_and_no_label_lies_on_data(region, names, lang):
    runs = Parts.of({"ensemble": result(region, names, 2020, 2030, range(1, 3), 0.05)})
    figure = trajectories.trajectories(runs, region, lang)
    figure.draw_without_rendering()
    assert len({axes.get_xlim() for axes in figure.axes}) == 1
    for axes in figure.axes:
        for label in axes.texts:
            assert label.get_window_extent().x0 >= axes.bbox.x1


def test_counties_of_different_size_share_one_span_in_percent(drawn, region):
    axes = drawn["county_panels", "en"][0].axes[len(region.counties) :]
    census = region.census(2020).population.sum(axis=(1, 2)) / 1000
    spans = {round((a.get_ylim()[1] - a.get_ylim()[0]) / size, 6) for a, size in zip(axes, census, strict=True)}
    assert len(axes) == 6 and len(spans) == 1


def test_a_run_without_relabelling_has_one_line_of_the_rate(region):
    runs = result(region, ("baseline", "no_relabelling"), 2020, 2024)
    rate, fixed = (runs.trajectories["indicator"] == name for name in ("urbanisation_rate", trajectories.CONSTANT))
    flat = runs.trajectories["scenario"] == "no_relabelling"
    runs.trajectories.loc[rate & flat, "value"] = runs.trajectories.loc[fixed & flat, "value"].to_numpy()
    figure = trajectories.trajectories(Parts.of({"full": runs}), region, "en", ("urbanisation_rate",))
    texts = [text for text, _ in written(figure)]
    assert "baseline, constant territory" in texts
    assert not any(text.startswith("no relabelling, ") for text in texts)


def test_lines_that_coincide_all_show():
    widths = style.line_widths(3)
    assert sorted(widths, reverse=True) == widths and len(set(widths)) == 3


def test_a_target_is_named_with_its_unit(drawn):
    english, chinese = ([text for text, _ in drawn["target_gaps", lang][1]] for lang in style.LANGUAGES)
    for ending in ("≥ 68 %", "≥ 5.76 (10k persons per year)", "≤ 2.1 (ratio)", "→ 100k persons"):
        assert any(text.endswith(ending) for text in english), ending
    for ending in ("≥ 68%", "≥ 5.76（万人/年）", "≤ 2.1（比值）", "→ 10万人"):
        assert any(text.endswith(ending) for text in chinese), ending


def test_an_interval_cut_at_the_edge_ends_in_an_open_arrow():
    axes = Figure().subplots()
    gaps._interval(axes, [-80.0, 10.0], 0.0, "red")
    assert [line.get_marker() for line in axes.lines] == ["None", "<"]
    assert axes.lines[1].get_markerfacecolor() == "white"
    gaps._interval(axes, [-20.0, 10.0], 1.0, "red")
    assert len(axes.lines) == 3


def test_a_part_seen_in_either_panel_is_named_and_the_net_change_marked(region):
    runs = result(region, ("plan",), 2020, 2025)
    prefecture = runs.trajectories["area"] == str(region.code)
    natural = runs.trajectories["indicator"] == "urban_growth_natural"
    # many persons, yet next to nothing of the rate: nearly all residents are urban
    urban = runs.trajectories["indicator"] == "urban_population"
    residents = runs.trajectories.loc[prefecture & (runs.trajectories["indicator"] == "resident_population"), "value"]
    runs.trajectories.loc[prefecture & urban, "value"] = residents.to_numpy() * 0.9999
    runs.trajectories.loc[prefecture & natural, "value"] = 9000.0
    figure = FIGURES["decomposition"](Parts.of({"full": runs}), region, "en")
    texts = [text for text, _ in written(figure)]
    assert "natural growth of towns" in texts and "net change" in texts
    assert sum(text.startswith("net ") and text != "net change" for text in texts) == 2


def test_baseline_and_plan_flow_side_by_side_and_one_scenario_is_named(drawn, region):
    pair = [axes.get_title(loc="left") for axes in drawn["flows", "en"][0].axes]
    assert [title.split(",")[0] for title in pair] == ["baseline", "plan"]
    alone = FIGURES["flows"](Parts.of({"full": result(region, ("plan",), 2020, 2022)}), region, "zh")
    assert [axes.get_title(loc="left").split("，")[0] for axes in alone.axes] == ["规划情景"]


def test_outside_places_have_distances_from_the_central_city(region):
    places = outside_places(region, network_map.node_points(region), style.Words.of("en"))
    named = {place.name: place for place in places}
    assert named["Jiaozuo"].text(style.Words.of("en")) == "Jiaozuo\n47 km"
    assert named["Jiaozuo"].text(style.Words.of("zh")) == "Jiaozuo\n47 公里"
    assert named["Coastal cities"].km[0] == pytest.approx(557, abs=2)  # Tianjin, to Shenzhen
    assert named["Coastal cities"].km[1] == pytest.approx(1446, abs=2)
    assert {name for name, place in named.items() if not place.destination} == {"Houma", "Hancheng"}


def test_links_to_outside_places_end_at_their_arrows(drawn, region):
    axes = drawn["network_map", "en"][0].axes[0]
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    for line in axes.lines:
        for lon, lat in zip(*line.get_data(), strict=True):
            assert west - 1e-6 <= lon <= east + 1e-6 and south - 1e-6 <= lat <= north + 1e-6


def test_a_place_outside_that_lies_in_the_frame_is_named_there(drawn):
    figure = drawn["network_map", "en"][0]
    assert "Jiaozuo\n47 km" in [text.get_text() for text in figure.axes[0].texts]
    assert "Jiaozuo\n47 km" not in [text.get_text() for text in figure.texts]


def test_no_name_on_the_map_covers_a_town_and_none_is_left_out(drawn, region):
    figure = drawn["network_map", "en"][0]
    axes = figure.axes[0]
    names = {text.get_text(): Text.get_window_extent(text) for text in axes.texts if text.get_text()}
    assert {style.Words.of("en").name(county) for county in region.counties} <= set(names)
    assert "Hebei township" in names and "Hebei" not in names
    for place in (place for place in region.places if not place.outside):
        x, y = axes.transData.transform((place.lon, place.lat))
        assert not [name for name, box in names.items() if box.contains(x, y)]


def test_the_pyramid_names_what_it_draws_and_nothing_else(region):
    start = {"full": result(region, ("plan",), 2020, 2020)}
    texts = [text for text, _ in written(FIGURES["population_pyramid"](Parts.of(start), region, "en"))]
    assert {"urban", "rural", "census of the year"} <= set(texts)
    assert "census of 2020" not in texts


@pytest.mark.parametrize("name", FIGURES)
def test_the_source_text_has_one_size_on_a_page(drawn, name):
    figure = drawn[name, "en"][0]
    source = next(text for text in figure.texts if "Source" in text.get_text())
    width = figure.get_size_inches()[0]
    assert source.get_fontsize() * 700 / (72 * width) >= 8.0  # pixels on a page 700 wide


def test_a_value_far_off_its_target_stands_at_the_edge_with_its_number(region):
    runs = result(region, ("baseline", "plan"), 2020, 2025)
    jobs = runs.trajectories["indicator"] == "unemployment_rate"
    runs.trajectories.loc[jobs, "value"] = 18.0
    figure = FIGURES["target_gaps"](Parts.of({"full": runs}), region, "en")
    assert [text for text, _ in written(figure)].count("−227") == 2
    assert figure.axes[0].get_xlim()[0] > -100


def test_the_pyramid_shows_town_and_country_by_shade(drawn, parts, region):
    bars = [p for p in drawn["population_pyramid", "en"][0].axes[0].patches if hasattr(p, "get_width")]
    tints = {to_hex(bar.get_facecolor()).upper() for bar in bars if bar.get_width()}
    assert {tint for pair in pyramid.TINT.values() for tint in pair} <= tints
    both = [population_counts(parts.history, "history", region, 2010, urban=urban) for urban in (True, False)]
    assert (sum(both) == population_counts(parts.history, "history", region, 2010)).all()


# files


def test_figures_are_written_as_png_and_svg_in_both_languages(monkeypatch, drawn, parts, region, tmp_path):
    made = {name: lambda parts, region, lang, name=name: drawn[name, lang][0] for name in ("flows", "target_gaps")}
    monkeypatch.setattr(write, "FIGURES", made)
    english = write_figures(parts, tmp_path / "figures", region)
    chinese = write_figures(parts, tmp_path / "figures", region, "zh")
    assert [path.name for path in english] == ["flows.png", "flows.svg", "target_gaps.png", "target_gaps.svg"]
    assert all(path.stem.endswith("_zh") for path in chinese)
    assert sorted((tmp_path / "figures").iterdir()) == sorted(english + chinese)
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
    bare = result(region, ("baseline",), 2020, 2025)
    bare.tables = {}
    names = available(Parts.of({"full": bare}))
    assert set(FIGURES) - set(names) == {"population_pyramid", "flows"}
    assert "target_gaps" not in available(Parts.of({"full": result(region, ("baseline",), 2020, 2024)}))
    assert available(Parts.of({"history": result(region, ("history",), 2010, 2021)})) == [
        "trajectories", "county_panels", "network_map", "population_pyramid", "decomposition",
    ]  # fmt: skip


@pytest.mark.parametrize("names", [("baseline",), ("plan", "mine", "other_one")])
def test_any_set_of_scenarios_is_drawn(region, names):
    alone = Parts.of({"ensemble": result(region, names, 2020, 2022, range(1, 3), 0.05)})
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

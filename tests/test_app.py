"""The app without a browser: choices and the scenario they make, the stages of a run, pictures, the server."""

import gc
import logging
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import weakref
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest
import solara
from ipyvuetify import Btn
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from jcsim.app import page, run, server, words
from jcsim.app.buttons import Buttons
from jcsim.app.charts import INDICATORS, earlier_text, pictures, trajectory
from jcsim.app.choices import INSTRUMENTS, SCALES, Choices, doses, seed_of, starts, step, values_of
from jcsim.app.controls import Controls
from jcsim.app.county_map import county_map
from jcsim.app.run import Run, Stage
from jcsim.app.tile import Picture
from jcsim.errors import InputError, RunFailed
from jcsim.region import load_region
from jcsim.scenario import list_scenarios, load_scenario
from jcsim.viz.style import LANGUAGES, Words

ROOT = Path(__file__).parents[1]
SLACK = 2.0  # pixels two boxes may share: a box is wider than the ink in it
CHOICES = Choices.of("plan", scale=0.001, seed=7)
EVERY_DOSE = [(name, value) for name in INSTRUMENTS for value in doses(name)]


class FakeModel:
    """Stands for a model where only its stages matter: every indicator is the year."""

    def __init__(self, case, scale, rng):
        self.case, self.scale, self.seed, self.region = case, scale, rng, load_region("jincheng")
        self.year = self.start_year = case.start
        self.parameters, self.datacollector = self, self
        self.label, self.n_persons, self.n_households = "prior", 2_000_000, 700_000

    def step(self):
        self.year += 1

    def indicator(self, name, area):
        return 50.0

    def get_model_vars_dataframe(self):
        names = (*INDICATORS, "urbanisation_rate_constant_territory")
        years = range(self.start_year, self.year + 1)
        return pd.DataFrame({name: [float(year) for year in years] for name in names})


class NoBuild(FakeModel):
    def __init__(self, *arguments, **keywords):
        raise RunFailed("MemoryError", "no room for the population")


class NoYear(FakeModel):
    def step(self):
        raise ZeroDivisionError("a rule divided by zero")


@pytest.fixture
def fake(monkeypatch):
    monkeypatch.setattr(Run, "make_model", FakeModel)


@pytest.fixture(scope="module")
def real():
    """A real run, left after its third year."""
    one = Run(Choices.of("plan", scale=0.001))
    one.build()
    for _ in range(3):
        one.step()
        assert one.status.value.error == ""
        one.seen = [*getattr(one, "seen", ()), one.status.value.snapshot]
    return one


@pytest.fixture(scope="module")
def snapshots(real):
    """A real run after its first and after its third year."""
    return real.seen[0], real.seen[2]


def until(met, seconds=20.0):
    """Wait until a condition is met; says whether it was."""
    end = time.monotonic() + seconds
    while not met() and time.monotonic() < end:
        time.sleep(0.02)
    return met()


# choices


@pytest.mark.parametrize("name", list_scenarios())
def test_a_scenario_of_which_nothing_was_moved_is_run_as_it_is(name):
    assert Choices.of(name).scenario == load_scenario(name)
    assert not Choices.of(name).changed


@pytest.mark.parametrize("instrument, value", EVERY_DOSE)
def test_a_moved_slider_changes_its_instrument_from_the_year_it_acts_and_nothing_else(instrument, value):
    base, amount = load_scenario("plan"), doses(instrument)[value].high / 2
    choices = Choices.of("plan").with_value(instrument, value, amount)
    changed, year = choices.scenario, starts(base, instrument)
    assert choices.changed and changed.title.en.startswith(base.title.en) and changed.title != base.title
    for other in set(base.instruments) - {instrument}:
        assert changed.instruments[other] == base.instruments[other]
    assert changed.settings_in(year - 1) == base.settings_in(year - 1)
    for later in (year, base.until):
        assert [s.values[value] for s in changed.settings_in(later)[instrument]] == [amount]
    assert changed.settings_in(year)[instrument][0].where == base.settings_in(year)[instrument][0].where


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_an_instrument_at_zero_is_off_from_the_year_it_would_act(instrument):
    choices = Choices.of("plan")
    for value in doses(instrument):
        choices = choices.with_value(instrument, value, 0.0)
    assert instrument not in choices.scenario.settings_in(starts(load_scenario("plan"), instrument))


def test_another_scenario_brings_its_own_values_and_keeps_scale_and_seed():
    chosen = CHOICES.with_value("county_seat_jobs", "jobs_per_year", 9_000.0).with_case("baseline")
    assert chosen == Choices.of("baseline", scale=0.001, seed=7)
    assert chosen.values == values_of(load_scenario("baseline")) != CHOICES.values


@pytest.mark.parametrize("instrument, value", EVERY_DOSE)
def test_a_slider_reaches_both_ends_and_the_value_of_every_scenario(instrument, value):
    dose = doses(instrument)[value]
    own = [values_of(load_scenario(name))[instrument][value] for name in list_scenarios()]
    size = step(dose, tuple(own))
    assert (dose.high - dose.low) / size >= 100
    for amount in (*own, dose.high):
        assert (amount - dose.low) / size == pytest.approx(round((amount - dose.low) / size), abs=1e-6)


@pytest.mark.parametrize("text, seed", [("0", 0), (" 12 ", 12), ("", None), ("   ", None)])
def test_a_seed_is_a_whole_number_or_nothing(text, seed):
    assert seed_of(text) == seed


@pytest.mark.parametrize("text", ["abc", "-1", "1.5", "1e3", "１２"])
def test_what_is_no_seed_is_refused(text):
    with pytest.raises(InputError, match="whole number from 0"):
        seed_of(text)


def test_the_default_scale_is_one_in_a_hundred_and_can_be_chosen():
    assert page.START.scale == 0.01 and page.START.scale in SCALES and 1.0 in SCALES


@pytest.mark.parametrize("instrument, value", EVERY_DOSE)
def test_every_slider_says_its_amount_with_a_unit_in_both_languages(instrument, value):
    dose = doses(instrument)[value]
    english = words.amount_text(dose, dose.high, Words.of("en"))
    chinese = words.amount_text(dose, dose.high, Words.of("zh"))
    assert any(letter.isalpha() for letter in english) and english.isascii()
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)
    assert not any(letter.isalpha() and letter.isascii() for letter in chinese)


# a run and its stages


def stages_of(run_):
    seen = []
    run_.status.subscribe(lambda status: seen.append((status.stage, status.snapshot and status.snapshot.year)))
    return seen


def test_a_run_says_what_it_is_doing(fake):
    one = Run(CHOICES)
    seen = stages_of(one)
    one.build()
    one.step()
    assert seen == [
        (Stage.READY, 2020), (Stage.STEPPING, 2020), (Stage.READY, 2021),
    ]  # fmt: skip
    assert one.status.value.snapshot.seed == 7 and one.status.value.snapshot.scale == 0.001


def test_stepping_before_the_model_is_built_does_nothing_and_leaves_the_buttons_usable(fake):
    one = Run(CHOICES)
    one.step()
    assert one.status.value.snapshot is None and one.running


def test_a_run_ends_with_the_last_year_of_its_scenario(fake):
    one = Run(Choices.of("history", scale=0.001))
    one.build()
    for _ in range(20):
        one.step()
    assert one.status.value.snapshot.year == load_scenario("history").until
    assert not one.running


def test_a_failing_build_is_said_in_one_message(monkeypatch, caplog):
    monkeypatch.setattr(Run, "make_model", NoBuild)
    one = Run(CHOICES)
    one.build()
    assert one.status.value.stage is Stage.FAILED and not one.running
    assert one.status.value.error == "MemoryError: no room for the population"


def test_wrong_choices_are_said_as_the_library_says_them():
    one = Run(replace(CHOICES, scale=3.0))
    one.build()
    assert one.status.value.error == str(
        InputError("wrong scale", field="scale", given=3.0, allowed="above 0, at most 1 (1:1)")
    )


def test_a_failing_year_keeps_the_years_before_and_puts_the_trace_in_the_log_only(monkeypatch, caplog):
    monkeypatch.setattr(Run, "make_model", NoYear)
    one = Run(CHOICES)
    with caplog.at_level(logging.ERROR):
        one.build()
        one.step()
    status = one.status.value
    assert (status.stage, status.snapshot.year, one.running) == (Stage.FAILED, 2020, False)
    assert status.error == "ZeroDivisionError: a rule divided by zero"
    assert "Traceback" in caplog.text and "Traceback" not in status.error


def test_runs_of_two_sessions_work_one_at_a_time(fake):
    one = Run(CHOICES)
    with run.WORK:
        building = threading.Thread(target=one.build)
        building.start()
        assert until(lambda: one.status.value.stage is Stage.WAITING)
    building.join(10)
    assert one.status.value.stage is Stage.READY


def test_pictures_are_of_the_year_that_is_said_and_are_drawn_again_on_demand(fake):
    lang = ["en"]
    one = Run(CHOICES, draw=lambda snapshot: [Picture("year", f"{snapshot.year}-{lang[0]}", "")])
    shown = []
    one.status.subscribe(lambda status: shown.append(status))
    one.redraw()
    assert shown == []
    one.build()
    one.step()
    lang[0] = "zh"
    one.redraw()
    assert [status.pictures[0].source for status in shown if status.stage is Stage.READY] == [
        "2020-en",
        "2021-en",
        "2021-zh",
    ]
    assert all(status.pictures[0].source.startswith(str(status.snapshot.year)) for status in shown)


def test_a_closed_run_gives_its_model_back(fake):
    one = Run(CHOICES)
    one.build()
    model = weakref.ref(one._model)
    one.close()
    assert until(lambda: model() is None and one.status.value.snapshot is None)
    assert not one.running
    one.step()
    one.build()
    assert one._model is None


def test_a_real_model_is_freed_when_its_run_closes(real, snapshots):
    model = weakref.ref(real._model)
    real.close()
    assert until(lambda: gc.collect() >= 0 and model() is None)
    assert snapshots[1].year == 2023


# words and pictures


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_state_line_says_year_scale_residents_seed_and_parameters(snapshots, lang):
    text = words.state_text(snapshots[1], Words.of(lang))
    for part in ("2023", "1:1000", f"{snapshots[1].residents:,}"):
        assert part in text
    assert ("seed 1" in text and "prior (no posterior)" in text) if lang == "en" else "尚无后验" in text
    assert "posterior" in words.state_text(replace(snapshots[1], label="posterior"), Words.of("en"))


@pytest.mark.parametrize(
    "scale, en, zh", [(0.001, "stands for 1,000 people", "代表 1,000 人"), (1.0, "is one person", "即一人")]
)
def test_the_state_line_warns_of_the_luck_of_one_run_of_few_agents(snapshots, scale, en, zh):
    one = replace(snapshots[1], scale=scale)
    assert f"one agent {en}; one run: small changes may be chance" in words.state_text(one, Words.of("en"))
    assert f"每个主体{zh}；仅为一次运行" in words.state_text(one, Words.of("zh"))


def test_the_cost_is_said_a_year_and_in_current_prices(snapshots):
    for lang, unit in (("en", "million yuan a year, current prices"), ("zh", "亿元/年，现价")):
        figure = trajectory(snapshots[1], None, "fiscal_cost", lang)
        assert figure.axes[0].get_ylabel() == unit and figure.texts[1].get_text().endswith(unit)


def test_the_run_before_is_named_with_its_seed_and_scale_and_whether_it_was_changed(snapshots):
    changed = Choices.of("plan").with_value("county_seat_jobs", "jobs_per_year", 9_000.0).scenario
    other = replace(snapshots[0], seed=7, scale=0.01, title=changed.title.model_dump())
    assert earlier_text(other, Words.of("en")) == "run before: plan, changed, seed 7, 1:100"
    assert earlier_text(
        replace(other, case="history", title=load_scenario("history").title.model_dump()), Words.of("zh")
    ) == ("上次运行：历史模拟, 种子 7, 1:100")
    legends = trajectory(snapshots[1], other, "income_ratio", "en").legends
    assert earlier_text(other, Words.of("en")) in [text.get_text() for legend in legends for text in legend.texts]


def test_the_dot_of_the_run_is_seen_around_a_census_on_it(snapshots):
    axes = trajectory(snapshots[0], None, "urbanisation_rate", "en").axes[0]
    lines = {line.get_label(): line for line in axes.lines}
    (dot,) = [line for line in axes.lines if line.get_marker() == "o" and len(line.get_xdata()) == 1]
    census = lines["census"]
    assert dot.get_zorder() < census.get_zorder()
    assert dot.get_markersize() > census.get_markersize() + census.get_markeredgewidth() + 2


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["county_map", *INDICATORS])
def test_every_text_of_a_picture_can_be_read_where_a_tile_is_480_pixels_wide(snapshots, name, lang):
    before, now = snapshots
    figure = county_map(now, lang) if name == "county_map" else trajectory(now, before, name, lang)
    pixels = [t.get_fontsize() / 72 * 480 / figure.get_figwidth() for t in figure.findobj(Text) if t.get_text()]
    assert min(pixels) > 11.5


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_title_of_the_colour_bar_keeps_off_its_numbers(snapshots, lang):
    figure = county_map(snapshots[1], lang)
    FigureCanvasAgg(figure).draw()
    axis = figure.axes[1].xaxis
    lowest = min(label.get_window_extent().y0 for label in axis.get_ticklabels())
    assert lowest - axis.label.get_window_extent().y1 >= 0.04 * figure.dpi


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["county_map", *INDICATORS])
def test_no_text_of_a_picture_is_cut_or_lies_on_another(snapshots, name, lang):
    before, now = snapshots
    figure = county_map(now, lang) if name == "county_map" else trajectory(now, before, name, lang)
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    width, height = figure.get_size_inches() * figure.dpi
    tight = figure.get_tightbbox(renderer)
    assert tight.x0 * figure.dpi >= -SLACK and tight.x1 * figure.dpi <= width + SLACK
    assert tight.y0 * figure.dpi >= -SLACK and tight.y1 * figure.dpi <= height + SLACK
    blocks = [*figure.texts, *figure.legends, *(figure.axes if name != "county_map" else figure.axes[0].texts)]
    boxes = [
        (block, block.get_tightbbox(renderer) if block in figure.axes else block.get_window_extent(renderer))
        for block in blocks
    ]
    assert len(boxes) > 2
    for (one, a), (other, b) in combinations(boxes, 2):
        apart = min(a.x1, b.x1) - max(a.x0, b.x0) <= SLACK or min(a.y1, b.y1) - max(a.y0, b.y0) <= SLACK
        assert apart, (one, other)


def test_the_map_names_every_county_with_its_rate_and_has_a_legend_with_its_unit(snapshots):
    figure = county_map(snapshots[1], "zh")
    labels = [text.get_text() for text in figure.axes[0].texts]
    region = snapshots[1].region
    assert labels == [f"{c.name_zh}\n{snapshots[1].urban_rate[c.code]:.1f} %" for c in region.counties]
    assert "%" in figure.axes[1].get_xlabel()
    colours = {
        county.code: patch.get_facecolor()
        for county, patch in zip(region.counties, figure.axes[0].patches, strict=True)
    }
    darkest = max(snapshots[1].urban_rate, key=snapshots[1].urban_rate.get)
    assert sum(colours[darkest][:3]) == min(sum(colour[:3]) for colour in colours.values())


def test_the_urban_rate_stands_beside_history_the_naive_trend_the_target_and_the_run_before(snapshots):
    before, now = snapshots
    axes = trajectory(now, before, "urbanisation_rate", "en").axes[0]
    lines = {line.get_label(): line for line in axes.lines}
    assert lines["census"].get_xydata().round(2).tolist() == [[2010, 51.04], [2020, 62.72]]
    assert lines["published"].get_xydata().tolist() == [[2021, 63.55]]
    assert lines["target 2025: 68"].get_xydata().tolist() == [[2025, 68.0]]
    assert dict(lines["naive trend"].get_xydata().tolist())[2025] == pytest.approx(68.10, abs=0.01)
    assert lines["this run"].get_ydata().tolist() == now.series["urbanisation_rate"].tolist()
    assert list(lines["this run"].get_xdata()) == [2020, 2021, 2022, 2023]
    assert list(lines["run before: plan, seed 1, 1:1000"].get_xdata()) == [2020, 2021]
    assert "constant territory" in lines and axes.get_xlabel() == "year" and axes.get_ylabel() == "percent"


@pytest.mark.parametrize("name", INDICATORS)
def test_the_numbers_on_an_axis_are_those_of_its_ticks(snapshots, name):
    figure = trajectory(snapshots[1], None, name, "en")
    FigureCanvasAgg(figure).draw()
    axis = figure.axes[0].yaxis
    shown = [float(label.get_text().replace(",", "").replace("\N{MINUS SIGN}", "-")) for label in axis.get_ticklabels()]
    assert shown == pytest.approx(list(axis.get_ticklocs()), abs=1e-9) and len(set(shown)) > 2


def test_every_picture_is_described_for_those_who_cannot_see_it(snapshots):
    drawn = pictures(snapshots[1], None, "en")
    assert [picture.name for picture in drawn] == ["county_map", *INDICATORS]
    assert "Qinshui" in drawn[0].alt and all("2023" in picture.alt for picture in drawn)
    assert all(picture.source.startswith("data:image/png;base64,") for picture in drawn)


# the page, rendered without a browser


def texts(widget):
    """Every text on a widget and below it."""
    for child in widget.children:
        if isinstance(child, str):
            yield child
        elif hasattr(child, "children"):
            yield from texts(child)


def rendered(condition):
    """Render the page until a text that meets the condition is on it; returns its texts."""
    container, box = solara.render(page.Page(), handle_error=False)
    try:
        until(lambda: any(condition(text) for text in texts(container)))
        return list(texts(container))
    finally:
        box.close()


def test_the_page_says_that_a_build_failed(monkeypatch):
    monkeypatch.setattr(Run, "make_model", NoBuild)
    found = rendered(lambda text: text.startswith("The run stopped"))
    assert "The run stopped: MemoryError: no room for the population" in found
    assert not any("Traceback" in text for text in found)


def test_pictures_that_cannot_be_drawn_are_said_and_the_rest_of_the_page_stays(monkeypatch, fake):
    def broken(*arguments):
        raise KeyError("no such indicator")

    monkeypatch.setattr(page, "pictures", broken)
    found = rendered(lambda text: text.startswith("The pictures could not be drawn"))
    assert any("KeyError" in text for text in found) and any("seed 1" in text for text in found)


def buttons(widget):
    """Every button on a widget and below it, by its text."""
    found = {}
    for child in getattr(widget, "children", ()):
        if isinstance(child, Btn):
            found["".join(texts(child))] = child
        found |= buttons(child) if not isinstance(child, str) else {}
    return found


def test_play_goes_on_to_the_last_year_and_is_then_offered_again_but_off(fake):
    one = solara.reactive(Run(Choices.of("history", scale=0.001)))
    one.value.build()
    container, box = solara.render(Buttons("en", one, solara.reactive({"choices": CHOICES})), handle_error=False)
    try:
        assert list(buttons(container)) == ["Reset", "▶ Play", "Step"]
        buttons(container)["▶ Play"].click()
        assert until(lambda: "❚❚ Pause" in buttons(container)) and buttons(container)["Step"].disabled
        assert until(lambda: "▶ Play" in buttons(container))
        assert one.value.status.value.snapshot.year == load_scenario("history").until
        assert buttons(container)["▶ Play"].disabled and buttons(container)["Step"].disabled
        buttons(container)["Reset"].click()
        assert one.value.choices == CHOICES and not buttons(container)["▶ Play"].disabled
    finally:
        box.close()


def test_pause_ends_play_and_reset_ends_it_too(fake):
    one = solara.reactive(Run(CHOICES))
    one.value.build()
    container, box = solara.render(Buttons("en", one, solara.reactive({"choices": CHOICES})), handle_error=False)

    def players():
        return [thread for thread in threading.enumerate() if thread.name == "jcsim-play"]

    try:
        for ending in ("❚❚ Pause", "Reset"):
            buttons(container)["▶ Play"].click()
            assert until(lambda: players() and "❚❚ Pause" in buttons(container))
            buttons(container)[ending].click()
            assert until(lambda: not players() and "▶ Play" in buttons(container))
            assert one.value.running
        buttons(container)["▶ Play"].click()
        assert until(players)
    finally:
        box.close()
    assert until(lambda: not players())  # a closed page makes no more years


def test_the_buttons_and_what_is_said_of_them_are_in_the_language_of_the_page(fake):
    one = solara.reactive(Run(CHOICES))
    one.value.build()
    container, box = solara.render(Buttons("zh", one, solara.reactive({"choices": CHOICES})), handle_error=False)
    try:
        assert list(buttons(container)) == ["重新生成", "▶ 连续运行", "前进一年"]
    finally:
        box.close()
    say = Words.of("zh")
    status = one.value.status.value
    last = replace(status, snapshot=replace(status.snapshot, year=2035))
    for text in (words.buttons_text(say), words.stage_text(last, 0.001, say)):
        assert "重新生成" in text and not any(letter.isascii() and letter.isalpha() for letter in text)


def test_an_instrument_is_named_in_the_language_of_the_page_only():
    for lang, its, other in (("en", 0, 1), ("zh", 1, 0)):
        container, box = solara.render(Controls(lang, CHOICES, lambda change: None), handle_error=False)
        found = list(texts(container))
        box.close()
        names = ("Housing purchase subsidy for rural buyers", "农业转移人口购房补贴")
        assert names[its] in found and names[other] not in found


# the server and the command


def test_a_taken_port_is_refused_before_anything_is_served():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"127.0.0.1:{port}.*--port 0"):
            server.listen("127.0.0.1", port)


def test_an_address_that_is_not_of_this_machine_is_refused():
    with pytest.raises(InputError, match="203.0.113.1"):
        server.listen("203.0.113.1", 0)


def test_missing_browser_files_are_said_instead_of_fetched(tmp_path):
    code = (
        "import os; os.environ['SOLARA_APP'] = 'jcsim.app.page'\n"
        "from pathlib import Path\nfrom solara.server import settings\nfrom jcsim.app import server\n"
        f"settings.assets.proxy_cache_dir = Path({str(tmp_path)!r})\n"
        "try:\n    server.application()\nexcept server.InputError as error:\n    print(error)\n"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert "not installed" in answer.stdout and "solara-assets" in answer.stdout


def test_the_command_serves_the_page_with_its_font_until_interrupted():
    call = [sys.executable, "run.py", "app", "--no-browser", "--port", "0"]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            url = process.stdout.readline().strip()
            with urllib.request.urlopen(url, timeout=30) as answer:
                assert answer.status == 200 and b"jcsim" in answer.read()
            with urllib.request.urlopen(f"{url}jcsim/fonts/NotoSansSC-Regular.otf", timeout=30) as answer:
                assert answer.read(4) == b"OTTO"
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(f"{url}_solara/cdn/nothing@1.0.0/nothing.js", timeout=30)
        finally:
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in errors and "Warning" not in errors

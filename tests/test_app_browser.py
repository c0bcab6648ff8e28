"""The app in a real browser: drawn, stepped, played, reset, two sessions apart, offline, Chinese without boxes."""

import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from app_server import NO_MODEL, NO_YEAR

HERE = Path(__file__).parent
NAMES = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PLAY, PAUSE = "▶ Play", "❚❚ Pause"
PATIENCE = 300_000  # ms; the first build and year on a machine compile the rules
CHROMIUM = next((path for path in map(shutil.which, NAMES) if path), None)

# conftest.py repeats this reason in the summary of the tests, where a skip alone is easily overlooked.
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason=f"browser tests NOT RUN: none of {', '.join(NAMES)} is on the path"
)


class Served:
    """A server in a process of its own."""

    def __init__(self, what, log):
        self.log = log
        with log.open("w") as errors:
            self.process = subprocess.Popen(
                [sys.executable, str(HERE / "app_server.py"), what], stdout=subprocess.PIPE, stderr=errors, text=True,
                env={**os.environ, "PYTHONPATH": str(HERE.parent)},
            )  # fmt: skip
        self.url = self.process.stdout.readline().strip()
        assert self.url, log.read_text()

    def alive(self):
        with urllib.request.urlopen(f"{self.url}alive", timeout=60) as answer:
            return int(answer.read())

    def end(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)
        self.process.stdout.close()


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS))
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    server = Served("app", tmp_path_factory.mktemp("app") / "log")
    yield server
    server.end()


@pytest.fixture(scope="module")
def complaints():
    """What no test may cause: requests off this host, failed requests, errors in the console."""
    return []


@pytest.fixture(autouse=True)
def nothing_to_complain_about(complaints):
    complaints.clear()
    yield
    assert complaints == []


def session(browser, server, complaints, **options):
    """A page of a browser session of its own; close its ``context`` to end the session."""
    page = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options}).new_page()
    page.set_default_timeout(PATIENCE)
    ours = {urlsplit(server.url).netloc, ""}  # data: has no host
    page.on("request", lambda r: urlsplit(r.url).netloc in ours or complaints.append(("off this host", r.url)))
    page.on("websocket", lambda w: urlsplit(w.url).netloc in ours or complaints.append(("off this host", w.url)))
    page.on("response", lambda r: r.status < 400 or complaints.append((r.status, r.url)))
    page.on("pageerror", lambda error: complaints.append(("error", str(error))))
    page.on("console", lambda said: said.type != "error" or complaints.append(("console", said.text)))
    page.goto(server.url)
    return page


@pytest.fixture(scope="module")
def page(browser, served, complaints):
    """One session for the tests in their order below."""
    opened = session(browser, served, complaints)
    drawn(opened)
    yield opened
    opened.context.close()


def drawn(page):
    """Wait until all pictures are on the page and decoded."""
    page.locator("img.jcsim-tile").nth(5).wait_for(state="attached")
    page.wait_for_function("[...document.images].every(image => image.complete && image.naturalWidth > 0)")


def at(page, year):
    page.get_by_text(re.compile(rf"^{year}年? ·")).wait_for()


def state(page):
    return page.locator(".jcsim-state").inner_text()


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def rebuilt(page, seed):
    """Press Reset and wait for the model of the seed."""
    press(page, "Reset")
    page.get_by_text(re.compile(rf"^2020 · .* · seed {seed} ·")).wait_for()


def seed_field(page):
    return page.get_by_label(re.compile("^Seed"))


def labels(page):
    return page.locator(".jcsim-instrument .v-label").all_inner_texts()


def test_the_page_is_drawn_with_its_state_its_sliders_and_its_pictures(page):
    assert re.fullmatch(
        r"2020 · plan: in force as published, from 2023 · scale 1:1000 · [\d,]+ residents · seed 1 · "
        r"parameters: prior \(no posterior\) · one agent stands for 1,000 people; one run: small changes may be chance",
        state(page),
    )  # fmt: skip
    assert page.locator("img.jcsim-tile").count() == 6
    assert "Qinshui" in page.locator("#county_map").get_attribute("alt")
    assert page.get_by_role("slider").count() == len(labels(page)) == 7
    assert labels(page)[1] == "One-off purchase grant: 20,000 yuan per dwelling"
    assert page.get_by_text("Scenario: 20,000; range 0 to 300,000, prices of 2020").is_visible()
    assert page.get_by_text("Housing purchase subsidy").is_visible()
    assert page.get_by_text("农业转移人口购房补贴").count() == 0


def test_play_goes_on_until_pause(page):
    press(page, PLAY)
    seed_field(page).fill("")
    seed_field(page).press_sequentially("12", delay=50)
    page.get_by_text(re.compile(r"^202[2-9] ·")).wait_for()
    press(page, PAUSE)
    assert seed_field(page).input_value() == "12"  # drawing the page anew leaves it what is being typed
    page.get_by_role("button", name=PLAY, exact=True).wait_for()
    paused = ""
    while paused != state(page):  # at most the year in the making is still to come
        paused = state(page)
        page.wait_for_timeout(2_000)
    assert int(paused[:4]) < 2026


def test_ten_years_are_stepped(page):
    before, now = page.locator("#urbanisation_rate").get_attribute("src"), int(state(page)[:4])
    for year in range(now + 1, now + 11):
        press(page, "Step")
        at(page, year)
    assert page.locator("#urbanisation_rate").get_attribute("src") != before
    assert str(now + 10) in page.locator("#urbanisation_rate").get_attribute("alt")


def test_play_stops_with_the_last_year(page):
    press(page, PLAY)
    page.get_by_text("2035 is the last year of this scenario").wait_for()
    for name in (PLAY, "Step"):
        assert page.get_by_role("button", name=name, exact=True).is_disabled()


def test_a_slider_is_moved_and_reset_keeps_the_choices(page):
    slider = page.get_by_role("slider").nth(1)
    slider.focus()
    for _ in range(3):
        slider.press("ArrowRight")
    page.get_by_text("Choices were changed: Reset applies them.").wait_for()
    seed_field(page).fill("5")
    rebuilt(page, 5)
    assert "changed in the app" in state(page) and "1:1000" in state(page)
    assert labels(page)[1] == "One-off purchase grant: 26,000 yuan per dwelling"
    assert page.get_by_text("Choices were changed").count() == 0
    press(page, "Step")
    at(page, 2021)


@pytest.fixture(scope="module")
def narrow(browser, served, complaints):
    """Another session, on a narrow screen."""
    opened = session(browser, served, complaints, viewport={"width": 400, "height": 860})
    drawn(opened)
    return opened


def test_on_a_narrow_screen_nothing_is_wider_than_it_and_the_choices_are_behind_the_menu(narrow):
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 400
    right = "tiles => Math.max(...tiles.map(tile => tile.getBoundingClientRect().right))"
    assert narrow.locator("img.jcsim-tile").evaluate_all(right) <= 400
    slider = narrow.locator("[role=slider]").first
    assert slider.evaluate("slider => slider.getBoundingClientRect().right") < 0
    narrow.locator(".v-app-bar__nav-icon").click()
    narrow.wait_for_function("document.querySelector('[role=slider]').getBoundingClientRect().left > 0")
    narrow.mouse.click(390, 700)  # beside the choices
    narrow.wait_for_function("document.querySelector('[role=slider]').getBoundingClientRect().right < 0")


def test_two_sessions_have_a_model_each_which_is_given_back(page, narrow, served):
    other, mine = narrow, state(page)
    assert served.alive() == 2  # in spite of the Reset before
    for year in (2021, 2022):
        press(other, "Step")
        at(other, year)
    assert state(page) == mine and "seed 1" in state(other)
    press(page, "Step")
    at(page, 2022)
    press(other, PLAY)
    at(other, 2024)
    assert state(page).startswith("2022")
    other.context.close()
    for _ in range(100):
        if served.alive() == 1:
            break
        page.wait_for_timeout(100)
    assert served.alive() == 1


def test_what_goes_wrong_is_said_on_the_page_and_reset_mends_it(page, served):
    seed_field(page).fill("abc")
    page.get_by_text("A seed is a whole number from 0, or nothing for a random one. Given: abc. Kept: 5.").wait_for()
    seed_field(page).fill(str(NO_MODEL))
    press(page, "Reset")
    page.get_by_text("The run stopped: MemoryError: no room for the population").wait_for()
    seed_field(page).fill(str(NO_YEAR))
    rebuilt(page, NO_YEAR)
    press(page, PLAY)
    page.get_by_text("The run stopped: ZeroDivisionError: a rule divided by zero").wait_for()
    assert state(page).startswith("2021") and "Traceback" not in page.locator("body").inner_text()
    assert page.get_by_role("button", name="Step", exact=True).is_disabled()
    assert "Traceback" in served.log.read_text()
    seed_field(page).fill("1")
    rebuilt(page, 1)
    assert page.get_by_text("The run stopped").count() == 0


INK_OF_LETTERS = """letters => {
    const style = getComputedStyle(document.querySelector('.jcsim-state'))
    return letters.map(letter => {
        const canvas = Object.assign(document.createElement('canvas'), {width: 60, height: 60})
        const pen = canvas.getContext('2d')
        pen.font = `40px ${style.fontFamily}`
        pen.fillText(letter, 5, 45)
        return canvas.toDataURL()
    })
}"""


def test_chinese_is_switched_to_without_empty_boxes(page):
    english = page.locator("#income_ratio").get_attribute("src")
    press(page, "中文")
    page.get_by_text(
        re.compile("^2020年 · 规划：2023年起实施.* · 参数：先验（尚无后验） · 每个主体代表 1,000 人；.*$")
    ).wait_for()
    drawn(page)
    assert labels(page)[1].startswith("一次性购房奖励：26,000 元/套")
    assert page.locator("#income_ratio").get_attribute("src") != english
    page.wait_for_function("document.fonts.status === 'loaded'")
    assert page.evaluate(
        "[...document.fonts].some(font => font.family.includes('jcsim-sc') && font.status === 'loaded')"
    )
    assert page.get_by_role("button").all_inner_texts()[-3:] == ["重新生成", "▶ 连续运行", "前进一年"]
    letters = sorted({letter for letter in page.locator("body").inner_text() if "\u4e00" <= letter <= "\u9fff"})
    assert len(letters) > 60
    ink = page.evaluate(INK_OF_LETTERS, letters)
    assert len(set(ink)) == len(letters)  # a missing letter is the same box as any other


def test_the_page_of_mesa_works_on_the_model_unchanged_and_its_reset_keeps_the_case(browser, complaints, tmp_path):
    server = Served("mesa", tmp_path / "log")
    try:
        page = session(browser, server, complaints)
        page.get_by_text("baseline in 2020 with seed 1", exact=True).wait_for()
        picture = page.locator("img").first
        picture.wait_for()
        for step in (1, 2):
            press(page, "Step")
            page.get_by_text(f"baseline in {2020 + step} with seed 1", exact=True).wait_for()
            page.get_by_text(re.compile(rf"^(Step|Time): {step}(\.0)?$")).wait_for()
        page.get_by_role("slider").last.press("ArrowRight")
        press(page, "Reset")
        page.get_by_text("baseline in 2020 with seed 2", exact=True).wait_for()
        press(page, "Step")
        page.get_by_text("baseline in 2021 with seed 2", exact=True).wait_for()
        assert picture.evaluate("image => image.naturalWidth") > 0
        page.context.close()
    finally:
        server.end()

"""One look for every figure: fonts that are really there, one colour per scenario, labels on lines.

Colours are Okabe and Ito's, told apart with every common colour blindness. The object-oriented API is
used throughout: no window, no global state beyond a font list.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache, wraps
from importlib.resources import as_file, files
from importlib.util import find_spec
from typing import Any, TypeVar

import matplotlib
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patheffects import AbstractPathEffect, withStroke
from matplotlib.text import Text

from jcsim.errors import InputError
from jcsim.indicators.scoreboard_text import wrap
from jcsim.indicators.select import BASELINE, HISTORY, NO_RELABELLING, PLAN, Parts, scale_text, short_name

LANGUAGES = ("en", "zh")
FONT_PACKAGE, FONT_FILE = "pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf"
FALLBACK_FONT = "DejaVu Sans"  # ships with matplotlib
INK, GREY, FAINT = "#222222", "#6B6B6B", "#D9D9D9"
SCENARIO_COLOURS = {HISTORY: "#555555", BASELINE: "#0072B2", PLAN: "#D55E00", NO_RELABELLING: "#009E73"}
OTHER_COLOURS = ("#7B4FA3", "#8C6D1F", "#B2457E", "#2F7F86", "#6B8E23")
PART_COLOURS = {  # none is the colour of a named scenario
    "natural": "#8FBF6A",
    "migration": "#56B4E9",
    "territory": "#E69F00",
    "rural_shrinkage": "#CC79A7",
    "unallocated": "#999999",
}
SIZE = 9.0  # points, body text of a figure
SOURCE_SIZE = 0.84  # points an inch of width: the source text under a figure
LINE, CELL = 1.6, 0.51  # font sizes: height of a line of the source text, width of a Latin letter in it
PLAIN, CHINESE = str.maketrans("〔〕", "[]"), str.maketrans("[]", "〔〕")  # a line breaks in no plain bracket
EDGE = 0.12  # inches, from the edge of a figure to its texts

T = TypeVar("T")
log = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def chinese_font() -> str | None:
    """Family name of the packaged Chinese font, registered with matplotlib; None when it is not installed."""
    if find_spec(FONT_PACKAGE) is None:
        log.warning("package pylopdf-fonts-zh-cn is not installed: figures are labelled in English")
        return None
    with as_file(files(FONT_PACKAGE).joinpath(FONT_FILE)) as path:
        font_manager.fontManager.addfont(path)
        return font_manager.FontProperties(fname=path).get_name()


def families() -> list[str]:
    """Font families in order of preference."""
    font = chinese_font()
    return [font, FALLBACK_FONT] if font else [FALLBACK_FONT]


@dataclass(frozen=True)
class Words:
    """Says a thing in the language asked for, or in English where Chinese cannot be drawn."""

    lang: str

    @classmethod
    def of(cls, lang: str) -> Words:
        if lang not in LANGUAGES:
            raise InputError("unknown language", given=lang, allowed="en, zh")
        return cls(lang if lang == "en" or chinese_font() else "en")

    def __call__(self, en: T, zh: T) -> T:
        return zh if self.lang == "zh" else en

    def name(self, thing: Any) -> str:
        """Name of a county, place or region; English county names without their kind."""
        return thing.name_zh if self.lang == "zh" else short_name(thing.name_en).replace("’", "'")

    def scenario(self, name: str) -> str:
        known = {
            HISTORY: ("history run", "历史模拟"),
            BASELINE: ("baseline", "基准情景"),
            PLAN: ("plan", "规划情景"),
            NO_RELABELLING: ("no relabelling", "无地域改划"),
            "plan_no_relabelling": ("plan, no relabelling", "规划（无改划）"),
            "plan_2021": ("plan from 2021", "规划（2021年起）"),
        }
        plain = name.replace("_", " ")
        return self(*known.get(name, (plain, plain)))


def colours(parts: Parts) -> dict[str, str]:
    """Colour of every scenario of a result; the named ones are fixed, others take turns in sorted order."""
    names = {name for frame in parts.frames() for name in frame.scenarios}
    others = sorted(names - set(SCENARIO_COLOURS))
    turns = {name: OTHER_COLOURS[place % len(OTHER_COLOURS)] for place, name in enumerate(others)}
    return SCENARIO_COLOURS | turns


def projected(parts: Parts) -> list[str]:
    """Projection scenarios in drawing order: baseline, plan, then the rest by name."""
    names = [name for name in parts.projection.scenarios if name != HISTORY]
    rank = {BASELINE: 0, PLAN: 1}
    return sorted(names, key=lambda name: (rank.get(name, 2), name))


def shown(names: list[str]) -> str:
    """The one scenario a figure of a single run shows: the plan where it is there, else the last."""
    return PLAN if PLAN in names else names[-1]


def runs_text(parts: Parts, say: Words, middle: tuple[str, str] = ("median", "中位数")) -> str:
    """Which runs a figure shows, for its source text: their scale, the kind of their parameters, and without a
    central run what stands for the draws (``middle``, in English and Chinese)."""
    frame = parts.projection if parts.projects else parts.history
    if frame is None:
        return ""
    scale = scale_text(frame.scale)
    label = frame.label or "parameter"
    label_zh = {"prior": "先验", "posterior": "后验"}.get(label, "")
    if frame.has_central:
        kind = say(f"central {label} values", f"{label_zh}参数中心值")
    else:
        kind = say(f"{middle[0]} of {frame.n_draws} {label} draws", f"{frame.n_draws}次{label_zh}抽样的{middle[1]}")
    fitted = say(", not fitted to Jincheng", "，未按晋城数据拟合") if frame.untuned else ""
    return say(f"Model: {scale}, {kind}{fitted}. ", f"模型：{scale}，{kind}{fitted}。")


def settings() -> dict[Any, Any]:
    """matplotlib settings of every figure."""
    return {
        "font.family": families(),
        "font.size": SIZE,
        "axes.unicode_minus": True,
        "axes.edgecolor": GREY,
        "axes.labelcolor": INK,
        "axes.linewidth": 0.8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlesize": SIZE + 1,
        "axes.titlelocation": "left",
        "axes.titlepad": 8,
        "xtick.color": GREY,
        "ytick.color": GREY,
        "text.color": INK,
        "legend.frameon": False,
        "figure.facecolor": "white",
        "savefig.facecolor": "white",
        "svg.fonttype": "path",
        "svg.hashsalt": "jcsim",
    }


def styled(draw: Callable[..., Figure]) -> Callable[..., Figure]:
    """Draw a figure under :func:`settings`, with tick labels that keep the font when saved later."""

    @wraps(draw)
    def drawn(*arguments: Any, **keywords: Any) -> Figure:
        with matplotlib.rc_context(settings()):
            figure = draw(*arguments, **keywords)
            for axes in figure.axes:
                axes.tick_params(which="both", labelfontfamily=families())
            return figure

    return drawn


def frame(height: float, head: float, foot: float) -> ConstrainedLayoutEngine:
    """Layout of the axes between a head and a foot (inches) of a figure."""
    inside = (0.0, foot / height, 1.0, 1.0 - (head + foot) / height)
    return ConstrainedLayoutEngine(rect=inside, hspace=0.06, wspace=0.04)


def source_lines(source: str, width: float) -> tuple[float, list[str]]:
    """Font size (points) of a source text under a figure of ``width`` inches, and its lines.

    The size follows the width: a page shows every figure at one width, so the text has one size there.
    """
    size = max(SOURCE_SIZE * width, SIZE - 1)
    lines = wrap(source.translate(PLAIN), int((width - 2 * EDGE) * 72.0 / (CELL * size)))
    return size, [line.translate(CHINESE) for line in lines]


def new_figure(width: float, height: float, title: str, source: str, keyed: bool = False) -> Figure:
    """An empty figure with a title above and a source text below.

    Parameters
    ----------
    width, height : float
        Inches; the source text stands below the height and makes the figure higher.
    keyed : bool
        Leave a row for :func:`key_row` under the title.
    """
    size, lines = source_lines(source, width)
    foot = 0.12 + LINE * size * len(lines) / 72.0
    total = height + foot
    figure = Figure(figsize=(width, total), layout=frame(total, head=0.72 if keyed else 0.42, foot=foot))
    figure.text(EDGE / width, 1 - 0.1 / total, title, fontsize=SIZE + 3, ha="left", va="top")
    figure.text(EDGE / width, 0.06 / total, "\n".join(lines), fontsize=size, color=GREY, ha="left", va="bottom",
                linespacing=1.4)  # fmt: skip
    return figure


def key_row(figure: Figure, entries: Iterable[tuple[list[tuple[str, str]], str]]) -> None:
    """Name marks in a row under the title: ((mark, colour), ...) and the text beside them."""
    width, height = figure.get_size_inches()
    x, top = EDGE / width, 1 - 0.42 / height
    for marks, text in entries:
        for mark, colour in marks:
            x = right_end(figure, figure.text(x, top, mark, color=colour, va="top", fontsize=SIZE))
        written = figure.text(x + 0.05 / width, top, text, color=INK, va="top", fontsize=SIZE)
        x = right_end(figure, written) + 0.2 / width


def line_widths(count: int) -> list[float]:
    """Widths (points) of ``count`` lines drawn one after another: the last is thinnest, so that all show."""
    return [1.2 + 1.2 * place for place in reversed(range(count))]


def right_end(figure: Figure, text: Text) -> float:
    """Where a text of a figure ends, as a share of its width; measured without laying the figure out."""
    box = text.get_window_extent(FigureCanvasAgg(figure).get_renderer())
    return float(box.transformed(figure.transFigure.inverted()).x1)


def halo() -> list[AbstractPathEffect]:
    """A white rim that keeps text readable on lines."""
    return [withStroke(linewidth=2.5, foreground="white")]

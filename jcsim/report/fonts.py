"""The Chinese characters of a page, embedded: a reader without a Chinese font sees no empty boxes."""

from __future__ import annotations

import base64
from importlib.resources import as_file, files
from importlib.util import find_spec
from io import BytesIO

from jcsim.viz.style import FONT_FILE, FONT_PACKAGE

FAMILY = "jcsim-sc"
FIRST_WIDE = 0x2E80  # CJK radicals and everything after


def font_face(text: str) -> str:
    """A CSS ``@font-face`` with the wide characters of ``text``; empty without any, or without the font.

    Source of the glyphs: Noto Sans SC, SIL Open Font License 1.1.
    """
    wide = sorted({ord(letter) for letter in text if ord(letter) >= FIRST_WIDE})
    if not wide or find_spec(FONT_PACKAGE) is None:
        return ""
    encoded = base64.b64encode(_subset(wide)).decode("ascii")
    return (
        f'@font-face {{ font-family: "{FAMILY}"; font-display: block; '
        f'src: url(data:font/woff;base64,{encoded}) format("woff"); }}'
    )


def _subset(characters: list[int]) -> bytes:
    """The packaged font reduced to ``characters``, as WOFF."""
    from fontTools import subset

    options = subset.Options(flavor="woff", layout_features=[], name_IDs=[1, 13], notdef_outline=True)
    worker, stream = subset.Subsetter(options), BytesIO()
    worker.populate(unicodes=characters)
    with as_file(files(FONT_PACKAGE).joinpath(FONT_FILE)) as path, subset.load_font(str(path), options) as font:
        worker.subset(font)
        subset.save_font(font, stream, options)
    return stream.getvalue()

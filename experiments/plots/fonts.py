"""Fonts that cover what users write, and text that can be drawn with them."""

from __future__ import annotations

import functools
import unicodedata

TEXT_FONT = "DejaVu Sans"  # comes with matplotlib, so pictures are the same on every machine
FALLBACKS = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans",
    "Yu Gothic",
    "Malgun Gothic",
    "Noto Sans",
)  # used for characters that the text font lacks, where they are installed
MISSING = "\N{REPLACEMENT CHARACTER}"


@functools.cache
def installed() -> list[str]:
    """The text font and those of the fallbacks that this machine has."""
    from matplotlib.font_manager import fontManager  # noqa: PLC0415  matplotlib is loaded only to draw

    known = {font.name for font in fontManager.ttflist}
    return [TEXT_FONT, *(name for name in FALLBACKS if name in known)]


@functools.cache
def _covered() -> frozenset[int]:
    from matplotlib.font_manager import findfont  # noqa: PLC0415  matplotlib is loaded only to draw
    from matplotlib.ft2font import FT2Font  # noqa: PLC0415

    return frozenset(code for name in installed() for code in FT2Font(findfont(name)).get_charmap())


def printable(text: str, limit: int = 40) -> str:
    """`text` on one line, cut in its middle to `limit` characters, characters without a glyph as U+FFFD."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if len(text) > limit:
        text = text[: limit // 2] + "…" + text[len(text) - (limit - limit // 2 - 1) :]
    return "".join(MISSING if _undrawable(character) else character for character in text)


def _undrawable(character: str) -> bool:
    if " " <= character <= "~":
        return False
    return unicodedata.category(character) in {"Cc", "Cs", "Cn"} or ord(character) not in _covered()

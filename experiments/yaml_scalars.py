"""Plain values from the text of YAML scalars: the core schema of YAML 1.2, chapter 10.3.

`on`, `yes`, `1_000`, `12:30` and dates are texts there, `010` is ten and `1e-3` a number.
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import TypeAlias

Scalar: TypeAlias = bool | int | float | str | None

LONGEST = 1000  # characters; a configuration holds names and numbers
LARGEST_INTEGER = 2**63 - 1

_NULL = re.compile(r"|~|null|Null|NULL")
_TRUE = re.compile(r"true|True|TRUE")
_FALSE = re.compile(r"false|False|FALSE")
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o([0-7]+)")
_HEXADECIMAL = re.compile(r"0x([0-9a-fA-F]+)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


def text_value(text: str) -> str:
    """A key, or a quoted value. Raises ValueError with a sentence for one too long or with control characters."""
    if len(text) > LONGEST:
        raise ValueError(f"this text has {len(text)} characters; at most {LONGEST} are read")
    if "\n" in text.rstrip("\n"):
        raise ValueError("this text has several lines; write it in one")
    for character in text.rstrip("\n"):
        if unicodedata.category(character) in ("Cc", "Cs"):
            raise ValueError(f"this text holds the control character {character!r}; leave it out")
    return text


def plain_value(text: str) -> Scalar:
    """The value of a scalar without quotes. Raises ValueError with a sentence for what is no finite 64-bit number."""
    text = text_value(text)
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text):
        return True
    if _FALSE.fullmatch(text):
        return False
    for form, radix in ((_DECIMAL, 10), (_OCTAL, 8), (_HEXADECIMAL, 16)):
        if match := form.fullmatch(text):
            return _integer(text, int(match[match.lastindex or 0], radix))
    if _NOT_FINITE.fullmatch(text) or _FLOAT.fullmatch(text):
        return _finite(text)
    return text


def _integer(text: str, number: int) -> int:
    if not -LARGEST_INTEGER <= number <= LARGEST_INTEGER:
        raise ValueError(f"{text} does not fit in 64 bits; give a smaller number")
    return number


def _finite(text: str) -> float:
    number = float(text.replace(".", "", 1) if _NOT_FINITE.fullmatch(text) else text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is not a finite number; nothing here takes NaN or infinity")
    return number

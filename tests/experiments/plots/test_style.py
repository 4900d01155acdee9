import colorsys
import itertools

import matplotlib as mpl
import pytest

from experiments.plots.style import FIXED, LADDER, faded, family_styles, settings


def lightness(colour):
    """CIE L* of "#rrggbb" (sRGB, D65): what is left of a colour in a grey print."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * luminance ** (1 / 3) - 16 if luminance > 0.008856 else 903.3 * luminance


def test_families_differ_in_lightness_so_that_a_grey_print_reads():
    steps = sorted(lightness(style.colour) for style in LADDER)
    assert min(b - a for a, b in itertools.pairwise(steps)) > 6
    known = sorted(lightness(LADDER[step].colour) for step in FIXED.values())
    assert min(b - a for a, b in itertools.pairwise(known)) > 7


def test_families_differ_in_marker_shape():
    assert len({style.marker for style in LADDER}) == len(LADDER)


def test_a_family_looks_the_same_whatever_else_is_drawn():
    alone = family_styles(["table"])["table"]
    assert family_styles(["table", "ideal", "brand new", "base 2"])["table"] == alone


def test_twenty_families_all_look_different():
    names = [*FIXED, *(f"new {number}" for number in range(20 - len(FIXED)))]
    assert len({(style.colour, style.marker) for style in family_styles(names).values()}) == 20


def test_faded_colours_are_lighter_and_keep_their_hue():
    for style in LADDER[1:]:
        pale = faded(style.colour)
        assert lightness(pale) > lightness(style.colour) + 5
        hues = [colorsys.rgb_to_hls(*(int(c[s : s + 2], 16) for s in (1, 3, 5)))[0] for c in (pale, style.colour)]
        assert hues[0] == pytest.approx(hues[1], abs=0.02)


def test_the_users_matplotlib_settings_are_neither_used_nor_changed():
    with mpl.rc_context({"font.size": 33.0}):
        with settings():
            assert mpl.rcParams["font.size"] == 8.0
        assert mpl.rcParams["font.size"] == 33.0

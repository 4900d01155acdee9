import json
from collections.abc import Callable

import pytest

from approx.bill import Bill
from hw_models.cost import cost
from hw_models.report import WIDTH, as_json, as_text
from hw_models.technology import names, technology


@pytest.mark.parametrize("name", [*names(), "nangate45@16nm"])
def test_the_text_fits_a_terminal_and_is_ascii(name: str, softlut: Callable[..., Bill]) -> None:
    text = as_text(cost(softlut(8), technology(name)), "softlut")
    assert max(map(len, text.splitlines())) <= WIDTH
    assert text.isascii()


def test_the_text_names_every_term_and_the_sum(soft2: Callable[..., Bill]) -> None:
    here = cost(soft2(8), technology("nangate45"))
    text = as_text(here, "soft2")
    assert text.startswith("soft2: rows of 64, 8 lanes, nangate45, area recipe")
    for term in here.terms:
        assert term.description in text
    assert "multiply 16 x 11" in text
    assert f"{here.area_um2:.0f} um2 = {here.area_ge:.0f} GE" in text
    assert "model, within a factor" in text


def test_columns_are_aligned(soft2: Callable[..., Bill]) -> None:
    lines = as_text(cost(soft2(8), technology("nangate45"))).splitlines()
    head = next(i for i, line in enumerate(lines) if line.startswith("role"))
    table = lines[head : head + len(cost(soft2(8), technology("nangate45")).terms) + 1]
    assert len({len(line) for line in table}) == 1


def test_every_source_is_printed_once_and_referred_to(softlut: Callable[..., Bill]) -> None:
    here = cost(softlut(8), technology("asap7"))
    text = as_text(here)
    for i, _ in enumerate(dict.fromkeys(term.source for term in here.terms), 1):
        assert text.count(f"\n[{i}] ") == 1
        assert f" [{i}]\n" in text


def test_unknown_leakage_is_said(soft2: Callable[..., Bill]) -> None:
    assert "leakage     not known" in as_text(cost(soft2(8), technology("osu018")))


def test_json_has_the_columns_and_the_terms(soft2: Callable[..., Bill]) -> None:
    here = cost(soft2(8), technology("nangate45"))
    data = json.loads(json.dumps(as_json(here), allow_nan=False))
    assert data["area_um2"] == here.area_um2
    assert {"energy_pj_per_row", "clock_mhz", "storage_kind", "basis", "area_band", "memory_bits"} <= data.keys()
    assert data["terms"][0]["role"] == "input"
    assert len(data["terms"]) == len(here.terms)

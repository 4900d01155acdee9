from __future__ import annotations

import json
from pathlib import Path

import pytest

from approx.certificates import Bound
from experiments import certificate_table, certificates
from experiments.design_table import updated


def test_the_table_has_a_row_a_design_and_a_dash_where_a_length_has_no_certificate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lines(row_length: int, *, up_to: bool = False, warm: bool = False) -> list[certificates.Line]:
        found = [certificates.Line("one", Bound(0.5, (1,), 0, 0.25), 3.0, "hull")]
        return found if row_length > 2 else [certificates.Line("one", None, 0.0, "why")]

    monkeypatch.setattr(certificates, "lines", lines)
    text = certificate_table.bounds_as_markdown((2, 16))
    assert "| `one` | - | - | - | - | 0.5 | 2.0000 | 3.0 | hull |" in text


def test_evidence_is_the_distribution_by_reference(tmp_path: Path) -> None:
    def ratios(ratio: float) -> dict[str, float]:
        return dict.fromkeys(certificate_table.QUANTITIES, ratio)

    designs = [("small_row_any", ratios(1.0)), ("small_ceil_log", ratios(3.0)), ("small_constant_any", ratios(1.25)),
               ("small_online_any", ratios(2.0)), ("small_row_any: refused", {})]  # fmt: skip
    file = tmp_path / "ratios.json"
    file.write_text(json.dumps(designs), encoding="utf-8")
    text = certificate_table.evidence_as_markdown(file)
    assert "4 of 5 designs were certified" in text
    assert "| row maximum | 2 | certified / exact, error of an output | 2.000 | 2.800 | 2.980 | 3.000 |" in text
    assert "| running maximum | 1 | exact / that of the witness, error of an output | 2.000 |" in text


def test_the_document_has_the_marks_of_both_tables() -> None:
    document = Path(__file__).resolve().parents[2] / "docs" / "certificates.md"
    text = document.read_text(encoding="utf-8")
    for marks in (certificate_table.BOUNDS, certificate_table.EVIDENCE):
        assert "|---|" in text.partition(marks[0])[2].partition(marks[1])[0]
        assert "| new |" in updated(text, "| new |", marks)

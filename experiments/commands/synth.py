"""`hwsoftmax synth`: Verilog synthesised and measured."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from experiments.run_error import RunError
from hw_models import libraries, synthesis, synthesis_report
from hw_models.liberty import Library
from hw_models.liberty_reading import read
from hw_models.synthesis import SynthesisResult, synthesise
from hw_models.yosys import SynthesisError


class SynthError(RunError):
    """Sources, a library or a tool with which there is no synthesis."""

    exit_code = 2


def run(options: argparse.Namespace) -> int:
    """Synthesise the sources and print what came out, as text or JSON."""
    found = _synthesised(options)
    print(json.dumps(synthesis.as_json(found), indent=2) if options.json else synthesis_report.as_text(found))
    return 0


def _synthesised(options: argparse.Namespace) -> SynthesisResult:
    try:
        library = _library(options.library, options.liberty)
        return synthesise(options.sources, options.top, _parameters(options.param), library, options.goal)
    except (ValueError, SynthesisError) as refusal:
        raise SynthError(str(refusal)) from None


def _library(name: str, liberty: Path | None) -> Library:
    return libraries.library(name) if liberty is None else read(liberty)


def _parameters(given: Sequence[str]) -> dict[str, int]:
    """ "NAME=INTEGER" as numbers."""
    found = {}
    for text in given:
        name, _, value = text.partition("=")
        try:
            found[name] = int(value, 0)
        except ValueError:
            raise ValueError(f"--param {text}: NAME=INTEGER was expected, such as --param W=16.") from None
    return found

"""`hwsoftmax synth`: whole designs, or Verilog of the user's, synthesised and measured."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from experiments import circuits, synthesised_designs
from experiments.run_error import RunError
from experiments.synthesised_designs import SynthError, saying
from hw_models import design_report, design_synthesis, synthesis, synthesis_report
from hw_models.circuit import Circuit
from hw_models.design_synthesis import DesignSynthesis
from hw_models.synthesis import SynthesisResult
from hw_models.yosys import SynthesisError


def run(options: argparse.Namespace) -> int:
    """Synthesise and print what came out, as text or JSON; exit code 1 where one of several designs failed."""
    _check(options)
    if options.top:
        found = _module(options)
        print(json.dumps(synthesis.as_json(found), indent=2) if options.json else synthesis_report.as_text(found))
        return 0
    given = circuits.with_circuit() if options.all else {name: [] for name in options.given}
    chosen = [circuits.of(name, [*own, *options.set], options.lanes, options.row_length) for name, own in given.items()]
    results = _one(chosen[0], options) if len(chosen) == 1 else _several(chosen, options)
    if options.json:
        plain = [design_synthesis.as_json(each) for each in results]
        print(json.dumps(plain[0] if len(chosen) == 1 else plain, indent=2))
    return 0 if len(results) == len(chosen) else 1


def _check(options: argparse.Namespace) -> None:
    files = [text for text in options.given if Path(text).suffix.lower() in (".v", ".sv")]
    if options.all and (options.given or options.top):
        raise SynthError("--all stands alone: it takes every design that has a circuit.")
    if not options.all and not options.given:
        raise SynthError("name a design, or Verilog files with --top, or give --all for every design with a circuit.")
    if files and not options.top:
        raise SynthError(f"{files[0]} is a source; name its module with --top, such as --top {Path(files[0]).stem}.")
    if options.param and not options.top:
        raise SynthError(f"--param {options.param[0]} is for Verilog of yours; a design takes --set NAME=VALUE.")


def _one(circuit: Circuit, options: argparse.Namespace) -> list[DesignSynthesis]:
    found = _synthesised(circuit, options)
    if not options.json:
        print(design_report.as_text(found))
    return [found]


def _several(chosen: Sequence[Circuit], options: argparse.Namespace) -> list[DesignSynthesis]:
    """A line for each design as soon as it is there; one that fails is told and left out."""
    if not options.json:
        print(design_report.HEAD)
    results = []
    for circuit in chosen:
        try:
            results.append(_synthesised(circuit, options))
        except RunError as refusal:
            print(refusal, file=sys.stderr)
            continue
        if not options.json:
            print(design_report.line(results[-1]), flush=True)
    if results and not options.json:
        first, compared = results[0].gates, sum(each.outputs for each in results)
        print(f"\n{len(results)} of {len(chosen)} designs: {first.library}, recipe {first.recipe}, {first.tool}; "
              f"{compared} outputs of the gates compared with the models, 0 differ")  # fmt: skip
        print(f"{first.basis}; energy of {first.workload}, without leakage")
    return results


def _synthesised(circuit: Circuit, options: argparse.Namespace) -> DesignSynthesis:
    library = synthesised_designs.library(options.library, options.liberty)
    workload = options.workload or synthesised_designs.NORMAL
    return synthesised_designs.synthesised(circuit, library, options.goal, workload, options.seed)


def _module(options: argparse.Namespace) -> SynthesisResult:
    library = synthesised_designs.library(options.library, options.liberty)
    sources = [Path(text) for text in options.given]
    try:
        with saying(f"working on {options.top}"):
            return synthesis.synthesise(sources, options.top, _parameters(options.param), library, options.goal)
    except (ValueError, SynthesisError) as refusal:
        raise SynthError(str(refusal)) from None


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

"""Mix and match: any exponential with any normaliser, reference, accumulator and formats."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

import numpy as np
import pydantic
from annotated_types import Interval

from approx.accumulator import Accumulator
from approx.composed import Softmax
from approx.design import Traits
from approx.exp.log_domain import LogDomain
from approx.fixed_point import FixedPoint
from approx.normalize.log_subtract import ANTILOG_BITS, LOG_FRAC
from approx.parameters import STRICT
from approx.parts import KINDS, Base, Kind, Part, Wires, find, parts
from approx.published import Entry
from approx.reference import Online, Reference
from approx.source import Source
from approx.unit import ExpUnit

SOURCE = Source(
    title="Any exponential with any normaliser",
    authors="hwsoftmax",
    venue="definition",
    year=2026,
    where="parts of approx/reference.py, approx/exp and approx/normalize, wired by approx/designs/compose.py",
    status="exact",
)

UNIT = "unit"  # the key of a part's name where it is given as a mapping


def _compose(
    input: FixedPoint = FixedPoint(8, 4),
    output: FixedPoint = FixedPoint(8, 8, signed=False),
    term_frac: Annotated[int, Interval(ge=2, le=24)] = 15,
    accumulator_width: Annotated[int, Interval(ge=2, le=62)] | None = None,
    overflow: Literal["forbid", "saturate", "wrap"] = "forbid",
    max_row_length: Annotated[int, Interval(ge=1, le=1 << 20)] = 4096,
    lanes: Annotated[int, Interval(ge=1, le=1024)] = 16,
    fold_log2e: bool = False,
    reference: str = "row_maximum",
    exp: str = "exp_table",
    normalizer: str = "reciprocal_table",
    **parameters: Any,
) -> Softmax:
    """Any exp unit with any normaliser, reference, accumulator and formats.

    A part is a name, or in YAML a mapping such as {unit: exp_table, depth: 64}; its parameters are called exp.depth and
    so on. term_frac: fraction bits of terms. accumulator_width: default what rows of max_row_length need. overflow:
    "forbid" refuses an accumulator that such a row can overflow. lanes matter to an online reference only. fold_log2e:
    logits are multiplied by log2(e) before they are quantised, which makes a base-2 exponential one of base e.
    """
    parts_of: dict[Kind, Part] = {
        "reference": find("reference", reference), "exp": find("exp", exp), "normalizer": find("normalizer", normalizer)
    }  # fmt: skip
    own = {kind: part.checked(_own(parameters, kind)) for kind, part in parts_of.items()}
    base = _base(parts_of)
    wires = Wires(input, output, term_frac, lanes, base)
    policy: Reference = parts_of["reference"].function(wires, **own["reference"])
    unit: ExpUnit = parts_of["exp"].function(wires, **own["exp"])
    if policy.slack() and not unit.above_reference:
        raise ValueError(f"reference.rounding = 'floor' leaves codes above the reference, which {exp} does not take; "
                         "give reference.rounding = 'ceil'")  # fmt: skip
    largest = _largest_term(policy, unit)
    width = _accumulator_width(accumulator_width, overflow, largest, max_row_length)
    if parts_of["normalizer"].log:
        unit = LogDomain(unit, LOG_FRAC - input.frac, ANTILOG_BITS)
    wires = replace(wires, sum_width=width, numerator_width=largest.bit_length())
    return Softmax(
        input=input,
        reference=policy,
        exp=unit,
        accumulator=Accumulator(width, "wrap" if overflow == "wrap" else "saturate"),
        normalizer=parts_of["normalizer"].function(wires, **own["normalizer"]),
        output=output,
        traits=Traits(
            base=2.0 if base == "2" else math.e,
            shift_invariant=reference == "row_maximum",
            normalised=False,  # depends on the parts
            monotone=False,  # likewise
            order_dependent=isinstance(policy, Online),
            max_row_length=max(1, min(max_row_length, ((1 << width) - 1) // largest)),
        ),
        gain=math.log2(math.e) if fold_log2e else 1.0,
    )


def _base(parts_of: Mapping[Kind, Part]) -> Base:
    """The base of the exponential; ValueError where a part beside it needs another one."""
    exp, normalizer, reference = parts_of["exp"], parts_of["normalizer"], parts_of["reference"]
    base: Base = exp.base or "e"
    if normalizer.base not in ("", base):
        raise ValueError(
            f"normalizer {normalizer.name} takes logarithms to base {normalizer.base}, but {exp.name} has base {base}; "
            f"take {_names('exp', normalizer.base)}"
        )
    if reference.shifts and base != "2":
        raise ValueError(
            f"reference {reference.name} rescales the sum by shifts, but {exp.name} has base {base}; take "
            f"{_names('exp', '2')}, or another reference"
        )
    if normalizer.log and not reference.reached:
        raise ValueError(
            f"normalizer {normalizer.name} takes the logarithm of a sum of at least 1, but with reference "
            f"{reference.name} a sum can be less; take reference row_maximum"
        )
    return base


def _accumulator_width(width: int | None, overflow: str, largest: int, max_row_length: int) -> int:
    """The width asked for, or the one that rows need; ValueError where a row can overflow it and must not."""
    needed = (largest * max_row_length).bit_length()
    if overflow == "forbid" and width is not None and width < needed:
        raise ValueError(
            f"accumulator_width = {width} overflows: a row of max_row_length = {max_row_length} can sum to "
            f"{largest * max_row_length}, which takes {needed} bits; give {needed}, or overflow = 'saturate' or 'wrap'"
        )
    return width or needed


def _own(parameters: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    """What is given for the part of a kind, by the part's own names."""
    return {key.removeprefix(f"{kind}."): value for key, value in parameters.items() if key.startswith(f"{kind}.")}


def _names(kind: Kind, base: str) -> str:
    return " or ".join(name for name, part in parts(kind).items() if part.base == base)


def _largest_term(policy: Reference, unit: ExpUnit) -> int:
    """The term of the reference itself, or of what lies highest above it."""
    zero = np.zeros((1, 1), dtype=np.int64)
    return int(unit.terms(zero - policy.slack(), zero).max())


@dataclass(frozen=True, eq=False)
class ComposeEntry(Entry[Softmax]):
    """The catalog entry of `compose`: its parameters include those of all parts, as exp.depth and so on."""

    @functools.cached_property
    def parameters_model(self) -> type[pydantic.BaseModel]:
        """The named parameters, and for each part's each parameter an optional one that the part itself checks."""
        own = super().parameters_model
        fields: dict[str, Any] = {name: (field.annotation, field) for name, field in own.model_fields.items()}
        for kind in KINDS:
            for part in parts(kind).values():
                fields |= {f"{kind}.{name}": (Any, None) for name in part.parameters_model.model_fields}
        return pydantic.create_model(self.name, __config__=STRICT, **fields)

    def arguments(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """All parameters, those of the chosen parts included; a part may be a mapping with its `unit`."""
        given = super().arguments(_flat(parameters))
        named = {name: value for name, value in given.items() if "." not in name}
        for kind in KINDS:
            chosen = _own({name: value for name, value in given.items() if value is not None}, kind)
            named |= {f"{kind}.{name}": value for name, value in find(kind, named[kind]).checked(chosen).items()}
        return named


def _flat(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Mappings spread out: exp={"unit": "exp_table", "depth": 64} is exp="exp_table" and exp.depth=64."""
    flat: dict[str, Any] = {}
    for name, value in parameters.items():
        if name in KINDS and isinstance(value, Mapping):
            if UNIT not in value:
                raise ValueError(f"compose: {name} = {dict(value)!r} does not name its unit; write {{unit: NAME, ...}}")
            flat |= {name if key == UNIT else f"{name}.{key}": each for key, each in value.items()}
        else:
            flat[name] = value
    return flat


compose = ComposeEntry("compose", "composed", SOURCE, _compose)

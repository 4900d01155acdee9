"""The modules of normalisers that divide in each lane: digit by digit, or by logarithms that are straight lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from approx.designs import axsf2023
from approx.normalize.divide import IdealDivide
from approx.normalize.mitchell import MitchellDivide, linear_log
from approx.normalize.restoring import CordicDivide, RestoringDivide
from hw_models.rtl_modules import Module, Parameters, RowModule, least_divisor, least_sum, no_circuit, sum_width

if TYPE_CHECKING:
    from approx.composed import Softmax


def _held_sum(design: Softmax) -> RowModule:
    """The sum, which travels with the elements."""
    least_divisor(design)
    width = sum_width(design)
    return RowModule(Module("held_sum", {"SUM": width}), width, False, lambda sums: sums, staged=True)


def _restoring(unit: RestoringDivide, design: Softmax, value: int) -> tuple[RowModule, Module]:
    output = unit.output
    if output.width < output.frac:
        raise no_circuit(design, f"its output {output} stops below 1/2")
    element: Parameters = {
        "NUMERATOR": value, "SUM": sum_width(design), "FRAC": output.frac, "OUTPUT": output.width,
        "HIGHEST": output.highest, "ZERO_SUMS": int(least_sum(design) < 1),
    }  # fmt: skip
    return _held_sum(design), Module("restoring_divide", element, ("restoring_row",))


def _ideal(unit: IdealDivide, design: Softmax, value: int) -> tuple[RowModule, Module]:
    output = unit.output
    if output.width < output.frac:
        raise no_circuit(design, f"its output {output} stops below 1/2")
    element: Parameters = {
        "NUMERATOR": value, "SUM": sum_width(design), "FRAC": output.frac, "OUTPUT": output.width,
        "HIGHEST": output.highest, "ZERO_SUMS": int(least_sum(design) < 1),
    }  # fmt: skip
    return _held_sum(design), Module("rounded_divide", element, ("restoring_row",))


def _restoring_then_mitchell(
    unit: axsf2023.RestoringThenMitchell, design: Softmax, value: int
) -> tuple[RowModule, Module]:
    least_divisor(design)
    width, fraction = sum_width(design), axsf2023.LOG_BITS
    exponent = (width - 1).bit_length()
    shared: Parameters = {"SUM": width, "EXPONENT": exponent, "FRACTION": fraction}
    own: Parameters = {
        "NUMERATOR": value, "EXACT": unit.exact_bits, "APPROXIMATE": unit.output.frac - unit.exact_bits,
        "OUTPUT": unit.output.width, "HIGHEST": unit.output.highest,
    }  # fmt: skip
    row = RowModule(
        Module("sum_and_log", shared, ("held_sum", "mitchell_log", "leading_one")), exponent + fraction + width, False,
        lambda sums: linear_log(sums, fraction) << width | sums, staged=True,
    )  # fmt: skip
    return row, Module("restoring_then_mitchell", own | shared, ("restoring_row", "leading_one", "power_below_one"))


def _cordic(unit: CordicDivide, design: Softmax, value: int) -> tuple[RowModule, Module]:
    element: Parameters = {
        "NUMERATOR": value, "SUM": sum_width(design), "STEPS": unit.iterations, "FRAC": unit.output.frac,
        "OUTPUT": unit.output.width, "HIGHEST": unit.output.highest, "ZERO_SUMS": int(least_sum(design) < 1),
    }  # fmt: skip
    return _held_sum(design), Module("cordic_divide", element, ("add_subtract",))


def _mitchell(unit: MitchellDivide, design: Softmax, value: int) -> tuple[RowModule, Module]:
    least_divisor(design)
    width = sum_width(design)
    exponent = (width - 1).bit_length()
    row = Module("mitchell_log", {"SUM": width, "FRACTION": unit.log_bits, "EXPONENT": exponent}, ("leading_one",))
    element: Parameters = {
        "NUMERATOR": value, "ROW": exponent, "FRACTION": unit.log_bits, "FRAC": unit.output.frac,
        "OUTPUT": unit.output.width, "HIGHEST": unit.output.highest,
    }  # fmt: skip
    return (
        RowModule(row, exponent + unit.log_bits, False, lambda sums: linear_log(sums, unit.log_bits)),
        Module("mitchell_output", element, ("leading_one", "power_below_one")),
    )


DIVISIONS: dict[type, Callable[[Any, Softmax, int], tuple[RowModule, Module]]] = {
    RestoringDivide: _restoring,
    IdealDivide: _ideal,
    axsf2023.RestoringThenMitchell: _restoring_then_mitchell,
    CordicDivide: _cordic,
    MitchellDivide: _mitchell,
}

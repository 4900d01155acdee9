"""The modules of normalisers in the log domain: a logarithm once a row, its antilogarithm or itself once an element."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from approx.designs import du2019
from approx.normalize.log_difference import LogDifference
from approx.normalize.log_subtract import LinearLog, LogSubtract, LogTable
from approx.normalize.logarithm import Log2Corrected, Log2Linear, Log2Table, NaturalLog
from approx.normalize.symmetric_log import SymmetricLog2
from hw_models.antilog_circuits import ANTILOGARITHMS
from hw_models.exp2_circuits import symmetric_correction
from hw_models.rom_files import Rom
from hw_models.rtl_modules import Module, Parameters, RowModule, least_divisor, no_circuit, sum_width

if TYPE_CHECKING:
    from approx.composed import Softmax


def _log_subtract(unit: LogSubtract, design: Softmax, value: int) -> tuple[RowModule, Module]:
    if type(unit.antilog) not in ANTILOGARITHMS:
        raise no_circuit(design, f"none is written for its antilogarithm {type(unit.antilog).__name__}")
    row = _logarithm(unit, design)
    shared: Parameters = {
        "NUMERATOR": value, "APPEND": unit.distance_bits, "ROW": row.width, "RANGE": unit.range_bits,
        "OUTPUT": unit.output.width, "HIGHEST": unit.output.highest,
    }  # fmt: skip
    return row, ANTILOGARITHMS[type(unit.antilog)](unit.antilog, unit.range_bits, shared, design)


def _log_difference(unit: LogDifference, design: Softmax, value: int) -> tuple[RowModule, Module]:
    row = _logarithm(unit, design)
    element: Parameters = {
        "NUMERATOR": value, "APPEND": unit.distance_bits, "ROW": row.width, "DROP": unit.log.frac - unit.output.frac,
        "OUTPUT": unit.output.width, "LOWEST": unit.output.lowest,
    }  # fmt: skip
    return row, Module("log_output", element)


def _logarithm(unit: LogSubtract | LogDifference, design: Softmax) -> RowModule:
    """The logarithm of the sum, which is at least 1.0."""
    log: Any = unit.log
    if type(log) not in LOGARITHMS:
        raise no_circuit(design, f"none is written for its logarithm {type(log).__name__}")
    if least_divisor(design) < 1 << _sum_frac(log):
        raise no_circuit(design, "a row may sum to less than 1, whose logarithm is negative")
    summed = sum_width(design)
    width = int(log.of(_peaks(log, (1 << summed) - 1)).max()).bit_length()
    module = LOGARITHMS[type(log)](log, {"SUM": summed, "ROW": width}, width)
    return RowModule(module, width, False, lambda sums: unit.row(sums)[0])


def _peaks(log: Any, most: int) -> NDArray[np.int64]:
    """Sums up to `most` among which the largest logarithm is: the last one, or where a series turns back (at t = 1)."""
    turn = (log.entries + 1) << log.sum_frac if isinstance(log, du2019.MaclaurinLog) else most
    return np.array([most, min(turn, most)], dtype=np.int64)


def _sum_frac(log: Any) -> int:
    """Fraction bits of the sum, which a unit has from the one in it."""
    inner = getattr(log, "binary", None) or getattr(log, "linear", None)
    return _sum_frac(inner) if inner is not None else int(log.sum_frac)


def _log_table(log: LogTable, shared: Parameters, width: int) -> Module:
    mantissa = int(log.mantissa_entries.max()).bit_length()
    parameters = shared | {
        "INDEX": log.index_bits, "MANTISSA": mantissa, "MANTISSA_FILE": "log_mantissa.mem",
        "EXPONENT_FILE": "log_exponent.mem",
    }  # fmt: skip
    whole = np.maximum(log.exponent_entries, 0)  # sums are at least 1
    roms = (
        Rom("log_mantissa", mantissa, tuple(log.mantissa_entries.tolist())),
        Rom("log_exponent", width, tuple(whole.tolist())),
    )
    return Module("log_table", parameters, ("leading_one", "rom"), roms)


def _linear_log(log: LinearLog, shared: Parameters, width: int) -> Module:
    drop = log.mantissa_bits + log.ln2_frac - log.frac
    parameters = shared | {
        "SUM_FRAC": log.sum_frac, "MANTISSA": log.mantissa_bits, "LN2": log.ln2_code, "DROP": max(drop, 0),
        "APPEND": max(-drop, 0),
    }  # fmt: skip
    return Module("linear_log", parameters, ("leading_one",))


def _log2_linear(log: Log2Linear, shared: Parameters, width: int) -> Module:
    """The same with a factor of 1."""
    parameters = shared | {"SUM_FRAC": log.sum_frac, "MANTISSA": log.frac, "LN2": 1, "DROP": 0, "APPEND": 0}
    return Module("linear_log", parameters, ("leading_one",))


def _log2_table(log: Log2Table, shared: Parameters, width: int) -> Module:
    parameters = shared | {
        "SUM_FRAC": log.sum_frac, "INDEX": log.index_bits, "FRAC": log.frac, "FILE": "log2_mantissa.mem"
    }  # fmt: skip
    rom = Rom("log2_mantissa", log.frac + 1, tuple(log.entries.tolist()))
    return Module("log2_table", parameters, ("leading_one", "rom"), (rom,))


def _log2_corrected(log: Log2Corrected, shared: Parameters, width: int) -> Module:
    return _corrected(log, shared | {"LN2": 1, "DROP": 0})


def _natural_log(log: NaturalLog, shared: Parameters, width: int) -> Module:
    return _corrected(log.binary, shared | {"LN2": log.ln2, "DROP": log.ln2_frac})


def _corrected(log: Any, shared: Parameters) -> Module:
    """log: a `Log2Corrected`, the only one that a natural logarithm is made of here."""
    correction = max(1, int(log.entries.max()).bit_length())
    parameters = shared | {
        "SUM_FRAC": log.linear.sum_frac, "FRAC": log.frac, "INDEX": log.index_bits, "CORRECTION": correction,
        "FILE": "log_correction.mem",
    }  # fmt: skip
    rom = Rom("log_correction", correction, tuple(log.entries.tolist()))
    return Module("corrected_log", parameters, ("leading_one", "rom"), (rom,))


def _symmetric_log(log: SymmetricLog2, shared: Parameters, width: int) -> Module:
    roms, correction = symmetric_correction(log.correction, "log_correction")
    parameters = shared | correction | {"SUM_FRAC": log.sum_frac, "FRAC": log.frac}
    uses = ("leading_one", "symmetric_correction", "add_subtract", "rom")
    return Module("symmetric_log", parameters, uses, roms)


def _maclaurin_log(log: du2019.MaclaurinLog, shared: Parameters, width: int) -> Module:
    reference, inverse = int(log.references.max()).bit_length(), du2019.INVERSE_FRAC + 1
    words = tuple(int(r) << inverse | int(i) for r, i in zip(log.references, log.inverses, strict=True))
    parameters = shared | {
        "SUM_FRAC": log.sum_frac, "ADDRESS": (log.entries - 1).bit_length(), "LAST": log.entries - 1,
        "REFERENCE": reference, "INVERSE_FRAC": du2019.INVERSE_FRAC, "FRAC": log.frac, "FILE": "log_references.mem",
    }  # fmt: skip
    return Module("maclaurin_log", parameters, ("rom",), (Rom("log_references", reference + inverse, words),))


LOGARITHMS: dict[type, Callable[[Any, Parameters, int], Module]] = {
    LogTable: _log_table,
    LinearLog: _linear_log,
    Log2Linear: _log2_linear,
    Log2Table: _log2_table,
    Log2Corrected: _log2_corrected,
    NaturalLog: _natural_log,
    SymmetricLog2: _symmetric_log,
    du2019.MaclaurinLog: _maclaurin_log,
}
LOG_DOMAIN: dict[type, Callable[[Any, Softmax, int], tuple[RowModule, Module]]] = {
    LogSubtract: _log_subtract,
    LogDifference: _log_difference,
}

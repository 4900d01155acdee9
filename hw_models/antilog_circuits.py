"""The modules of antilogarithms: an exponential of a distance and the logarithm of a sum, as an output."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from approx.designs import wang2018, wei2020
from approx.exp.chords import ExpChords
from approx.exp.exp2 import Exp2
from approx.exp.symmetric_table import SymmetricExp2
from approx.exp.table_product import TableProduct
from hw_models.chord_circuits import chord_parameters
from hw_models.exp2_circuits import of_distances, symmetric_correction
from hw_models.rtl_modules import Module, Parameters, no_circuit
from hw_models.table_circuits import table_product

if TYPE_CHECKING:
    from approx.composed import Softmax


def _antilog_chords(antilog: ExpChords | wei2020.ChordTable, bits: int, shared: Parameters, design: Softmax) -> Module:
    roms, parameters = chord_parameters(antilog, design, "antilog_chords")
    return Module("antilog_chords", shared | parameters, ("log_difference", "exp_chords", "rom"), roms)


def _antilog_linear(antilog: wang2018.LinearExp, bits: int, shared: Parameters, design: Softmax) -> Module:
    parameters = shared | {
        "LOG2E": antilog.log2e_code, "FRAC": antilog.frac + antilog.log2e_frac, "ONE_FRAC": antilog.one_frac
    }  # fmt: skip
    return Module("antilog_linear", parameters, ("log_difference", "exp_linear", "exp2_chords", "rom"))


def _antilog_product(antilog: TableProduct, bits: int, shared: Parameters, design: Softmax) -> Module:
    product = table_product(antilog, bits, "antilog")
    own = {key: value for key, value in product.parameters.items() if key != "DIFFERENCE"}
    return Module("antilog_product", shared | own, ("log_difference", "table_product", "rom"), product.roms)


def _antilog_exp2(antilog: Exp2, bits: int, shared: Parameters, design: Softmax) -> Module:
    if not isinstance(antilog.fraction, SymmetricExp2):
        raise no_circuit(design, f"none is written for an antilogarithm by {type(antilog.fraction).__name__}")
    power, _ = of_distances(antilog, design, bits, signed=False)
    roms, correction = symmetric_correction(antilog.fraction.correction, "antilog_correction")
    own = {key: power.parameters[key] for key in ("FRAC", "ONE_FRAC", "VALUE")}
    uses = ("log_difference", power.name, *power.uses)
    return Module("antilog_symmetric", shared | own | correction, uses, roms)


ANTILOGARITHMS: dict[type, Callable[[Any, int, Parameters, Softmax], Module]] = {
    ExpChords: _antilog_chords,
    wei2020.ChordTable: _antilog_chords,
    wang2018.LinearExp: _antilog_linear,
    TableProduct: _antilog_product,
    Exp2: _antilog_exp2,
}

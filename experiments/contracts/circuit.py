"""The bill lists a circuit that can hold what the design computes."""

from __future__ import annotations

from approx.composed import Softmax
from approx.design import Design
from experiments.contracts.contract import Contracts, NotApplicableError, does_not_apply_unless, keep
from experiments.contracts.rows import composed_with_tables

REGISTERS = ("register", "held_register")
CONTRACTS = Contracts()


@CONTRACTS.one
def the_bill_has_a_row_buffer_for_a_second_sweep_and_grows_with_lanes(design: Design) -> None:
    """A circuit that sweeps a row again keeps it, and more lanes are more operators, where their number is free."""
    fixed = design.own_lanes
    bill = design.bill(64, fixed or 4)
    need = 64 * design.input.width if bill.passes > 1 else 0
    keep(bill.storage_bits >= need, f"storage of {bill.storage_bits} bits does not hold a row of {need}")
    keep(all(operator.count >= 1 for operator in bill.operators), "an operator of the bill is there 0 times")
    if fixed:
        try:
            design.bill(64, fixed + 1)
        except ValueError as refusal:
            keep("was built with" in str(refusal), f"another number of lanes is refused like this: {refusal}")
        else:
            keep(False, f"it is built with {fixed} lanes, and billed with {fixed + 1}")
    else:
        few, many = (sum(op.count for op in design.bill(64, lanes).operators) for lanes in (4, 8))
        keep(many > few, f"{few} operators in 4 lanes, {many} in 8")


@CONTRACTS.one
def registers_of_the_bill_hold_every_term_and_numerator(design: Design) -> None:
    """Widths of the circuit fit what the tables hold."""
    design = composed_with_tables(design)
    term, numerator = design.largest
    does_not_apply_unless(design.tables.terms.dtype.kind != "f", "registers hold floats")
    largest = int(design.tables.terms.max())
    keep(largest == term, f"the largest term is {largest}, not {term} as for the highest code")
    if design.exp.forms_numerators:
        largest = int(design.tables.numerators.max())
        keep(largest == numerator, f"the largest numerator is {largest}, not {numerator} as for the highest code")
    exp = [op for op in design.bill(64, design.own_lanes or 4).operators if op.role == "exp"]
    result = max(term, numerator).bit_length() if design.exp.forms_numerators else term.bit_length()
    widths = {op.widths[0] for op in exp if op.kind in REGISTERS}  # registers inside the unit are billed as one
    keep(max(1, result) in widths, f"no register holds the {result} bits behind the exponential, only {widths}")


@CONTRACTS.one
def the_bill_has_the_registers_of_its_pipeline_stages(design: Design) -> None:
    """Every stage of a lane has a register, the last as wide as the result; those inside a unit are billed as one."""
    if not isinstance(design, Softmax):
        raise NotApplicableError("this design is not composed of units")
    lanes = design.own_lanes or 4
    bill = design.bill(64, lanes)
    term = max(1, design.largest[0].bit_length())
    output = ("output", design.normalizer.stages, design.output.width)
    for role, stages, result in (("difference", 1, 1), ("exp", design.exp.stages, term), output):
        registers = [op for op in bill.operators if op.role == role and op.kind in REGISTERS and op.count >= lanes]
        bits = sum(op.count * op.widths[0] for op in registers) / lanes
        keep(bits >= stages - 1 + result, f"{bits:g} bits of registers a lane for {stages} stages of the {role}")

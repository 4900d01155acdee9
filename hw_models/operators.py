"""The price of one operator in the reference library: gate equivalents, energy, delay, flip-flops."""

from __future__ import annotations

from dataclasses import dataclass

from approx.bill import Operator
from hw_models.fits import Fit, Goal, library
from hw_models.rom import MAX_ENTRIES, bdd_nodes
from hw_models.technology import technology


@dataclass(frozen=True)
class Price:
    """One operator in the reference library.

    ge: area in gate equivalents. energy_fj: one operation on random data. delay_ns: worst arrival at its output.
    flip_flops: bits of state that the clock drives. what: the operator in words. source: the fit of the area.
    band: factor within which the area of every fitted netlist lies.
    """

    ge: float
    energy_fj: float
    delay_ns: float
    flip_flops: float
    what: str
    source: str
    band: float


def price(operator: Operator, goal: Goal) -> Price:
    """The price of a single `operator`, whatever its `count`, in the recipe `goal`.

    An operator with a width of zero, or a multiplication by a power of two, is wiring and costs nothing. Raises
    ValueError for a ROM with more words than its address bits reach, or words wider than it.
    """
    prices = library().prices[operator.kind]
    fit, delay, what = prices.at(goal), prices.delay_at(goal), _what(operator)
    if _is_wiring(operator):
        return Price(0.0, 0.0, 0.0, 0.0, what, "wiring", 1.0)
    sizes = quantities(operator)
    by_size = operator.kind == "rom" and not _countable(operator)
    accuracy = library().prices["rom_by_size"].area if by_size else fit
    return Price(
        ge=_ge(operator, goal, sizes),
        energy_fj=_energy_fj(operator, prices.energy, sizes),
        delay_ns=max(library().gate_ns, delay.value(sizes)) if delay else 0.0,
        flip_flops=prices.flip_flops.value(sizes) if prices.flip_flops else 0.0,
        what=what,
        source=_source(operator, goal) + (", ROM by its size" if by_size else ""),
        band=1 + accuracy.worst,
    )


def signed_digits(constant: int) -> int:
    """Nonzero digits of `constant` in canonical signed-digit form (7 = 8 - 1 has 2)."""
    return (abs(constant) * 3 ^ abs(constant)).bit_count()


def _is_wiring(operator: Operator) -> bool:
    """Whether the operator needs no gate."""
    power_of_two = operator.kind == "constant_multiply" and operator.constant and signed_digits(operator.constant) == 1
    return bool(power_of_two) or 0 in operator.widths


def _countable(operator: Operator) -> bool:
    """Whether the nodes of a ROM can be counted rather than estimated."""
    return 0 < len(operator.contents) <= MAX_ENTRIES


def quantities(operator: Operator) -> dict[str, float]:
    """The widths by name, and what the contents or the constant add."""
    sizes = library().prices[operator.kind].quantities(operator.widths)
    if operator.kind == "rom":
        return sizes | {"nodes": rom_nodes(operator)}
    if operator.kind == "constant_multiply":
        bits = operator.widths[1]
        digits = (
            signed_digits(operator.constant) if operator.constant else max(2.0, bits / 3)
        )  # the mean over all constants
        return sizes | {"(csd-1)": digits - 1}
    return sizes


def rom_nodes(operator: Operator) -> float:
    """BDD nodes of a ROM: counted up to 4096 words, else what the fit by size stands for."""
    address_bits, width = operator.widths
    if len(operator.contents) > 1 << address_bits:
        raise ValueError(
            f"a ROM of {address_bits} address bits has {1 << address_bits} words, not {len(operator.contents)}"
        )
    if _countable(operator):
        return bdd_nodes(operator.contents, width)
    prices = library().prices
    ge = 2 ** prices["rom_by_size"].area.value(prices["rom_by_size"].quantities(operator.widths))
    return float(ge / prices["rom"].area.value({"nodes": 1.0}))


def _ge(operator: Operator, goal: Goal, sizes: dict[str, float]) -> float:
    """Gate equivalents of one operator."""
    prices = library().prices[operator.kind]
    least = prices.least.value(sizes) if prices.least else 0.0
    ge = max(prices.at(goal).value(sizes), least)
    if operator.kind == "constant_multiply":
        adder = library().prices["add"]
        chain = sizes["(csd-1)"] * adder.at(goal).value(adder.quantities((sum(operator.widths),)))
        return min(ge, max(chain, 0.0))
    return ge


def _energy_fj(operator: Operator, fit: Fit | None, sizes: dict[str, float]) -> float:
    """Energy of one operation: its own fit, else from its area in the "speed" recipe, whose netlists were simulated."""
    if fit:
        return fit.value(sizes)
    um2_per_ge = technology(library().technology).nand2_um2
    return library().fj_per_um2 * um2_per_ge * _ge(operator, "speed", sizes)


def _source(operator: Operator, goal: Goal) -> str:
    """Where the area comes from."""
    if operator.kind == "gate":
        return "NAND2 equivalents as counted, checked on 12 blocks of stochastic circuits in TSMC 40 nm"
    return f"{library().source}, {goal} recipe"


def _what(operator: Operator) -> str:
    """The operator in words: "multiply 16 x 11", "rom 256 x 16"."""
    if operator.kind == "rom":
        address_bits, width = operator.widths
        words = len(operator.contents) or 1 << address_bits
        nodes = f", {rom_nodes(operator):.0f} nodes" if _countable(operator) else ", by size"
        return f"rom {words} x {width}{nodes}"
    return f"{operator.kind.replace('_', ' ')} {' x '.join(map(str, operator.widths))}"

"""What synthesis found, as text."""

from __future__ import annotations

from collections.abc import Iterator

from hw_models.synthesis import SynthesisResult

LONGEST_PATH = 12  # stops of the slowest path that are printed, the last ones


def as_text(found: SynthesisResult) -> str:
    """The result for a terminal of 100 columns."""
    return "\n".join([*_totals(found), "", *_operators(found), "", *_path(found)])


def _totals(found: SynthesisResult) -> Iterator[str]:
    given = "".join(f", {name} = {value}" for name, value in found.parameters.items())
    yield f"{found.top}{given}: {found.library}, recipe {found.recipe}, {found.tool}"
    yield ""
    um2 = "" if found.area_um2 is None else f" = {found.area_um2:.0f} um2"
    share = 100 * found.flip_flop_ge / found.area_ge if found.area_ge else 0.0
    yield f"  area        {found.area_ge:.1f} GE{um2}, {share:.0f} % of it flip-flops"
    yield f"  cells       {found.cells}, {found.flip_flops} of them flip-flops"
    clock = "" if found.fmax_mhz is None else f" = {1e3 / found.fmax_mhz:.3f} ns: up to {found.fmax_mhz:.0f} MHz"
    yield f"  slowest     {found.delay_fo4:.1f} FO4{clock}, setup included"
    if found.energy_pj is None or found.leakage_uw is None:
        yield "  energy      none: the generic library has no technology; give another one with --library or --liberty"
    else:
        parts = f"{found.switching_pj:.3g} switching, {found.internal_pj:.3g} internal, {found.clock_pj:.3g} clock"
        yield f"  energy      {found.energy_pj:.3g} pJ a cycle ({parts}); {found.workload}"
        yield f"  leakage     {found.leakage_uw:.3g} uW, not in the energy"
    yield f"  basis       {found.basis}; energy without glitches, wires and clock tree"


def _operators(found: SynthesisResult) -> Iterator[str]:
    yield "before mapping:"
    for cell in found.word_cells:
        widths = ", ".join(f"{name.removesuffix('_WIDTH').lower()} {value}" for name, value in cell.widths)
        yield f"  {cell.count:5} {cell.type:12} {widths}"


def _path(found: SynthesisResult) -> Iterator[str]:
    if not found.critical_path:
        return
    left_out = len(found.critical_path) - LONGEST_PATH
    unit = "FO4" if found.area_um2 is None else "ns"
    yield f"slowest path, {len(found.critical_path)} stages, to {found.critical_end} (times in {unit}):"
    if left_out > 0:
        yield f"  ... {left_out} stages"
    for stop in found.critical_path[-LONGEST_PATH:]:
        yield f"  {stop.at_ns:10.4f}  +{stop.delay_ns:8.4f}  {stop.edge}  {stop.type} {stop.pin}"

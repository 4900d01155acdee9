"""The circuit of a design without maximum and sum: lanes side by side, one sweep, nothing is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from approx.designs.consmax import ConSmax
from hw_models import rtl_top
from hw_models.circuit import Circuit
from hw_models.rom_files import Rom
from hw_models.rtl_modules import Module
from hw_models.rtl_top import Face

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hw_models.row_buffers import RowBuffer

LANE_STAGES = 2  # registers of a lane, behind the one of its input
FRAME = ("delay_line",)


@dataclass(frozen=True)
class ElementwiseCircuit(Circuit):
    """lane: what computes an output from a code."""

    design: ConSmax
    lane: Module

    @property
    def shape(self) -> Face:
        """Its ports."""
        code = self.design.input
        return Face(
            self.design.name, self.lanes, self.row_length, code.width, bool(getattr(code, "signed", False)),
            self.design.output.width,
        )  # fmt: skip

    @property
    def units(self) -> tuple[Module, ...]:
        """One lane."""
        return (self.lane,)

    @property
    def frame(self) -> tuple[str, ...]:
        """The registers beside the lanes."""
        return FRAME

    @property
    def buffers(self) -> tuple[RowBuffer, ...]:
        """None: nothing is kept."""
        return ()

    def top(self, about: str) -> str:
        """Ports, the place in the row, the lanes."""
        return "\n".join([*rtl_top.head(self.shape, about), *_body(self.shape, self.lane), "endmodule", ""])


def elementwise(design: ConSmax, row_length: int, lanes: int) -> ElementwiseCircuit:
    """The circuit of a ConSmax."""
    lane = design.lane
    tables = (Rom("consmax_low", 16, lane.low), Rom("consmax_high", 16, lane.high))
    module = Module("consmax_lane", {
        "SHIFT": lane.shift, "LOSES_TOP_BIT": int(lane.multiplier == "as_built"), "LOW_FILE": "consmax_low.mem",
        "HIGH_FILE": "consmax_high.mem",
    }, ("rom",), tables)  # fmt: skip
    return ElementwiseCircuit(design, row_length, lanes, module)


def _body(shape: Face, lane: Module) -> Iterator[str]:
    yield f"""    localparam int LANES = {shape.lanes}, CODE = {shape.code}, OUTPUT = {shape.output};
    localparam int LENGTH = {shape.length_width};

    logic en, taking, started, last;
    logic [LENGTH-1:0] left, here;
    logic [LANES-1:0] live;

    assign en = !out_valid || out_ready;
    assign in_ready = en;
    assign taking = in_valid && en;
    assign here = started ? left : in_length;
    assign last = here <= LENGTH'(LANES);

    always_ff @(posedge clk)
        if (rst) started <= 1'b0;
        else if (taking) begin
            started <= !last;
            left <= here - LENGTH'(LANES);
        end
"""
    line = Module("delay_line", {"WIDTH": shape.lanes + 2, "DEPTH": 1 + LANE_STAGES})
    ports = {"clk": "clk", "rst": "rst", "en": "en", "early": "{taking, last, live}",
             "late": "{out_valid, out_last, out_keep}"}  # fmt: skip
    yield rtl_top.instance(line, "i_to_output", ports)
    yield """    generate
        for (genvar lane = 0; lane < LANES; lane++) begin : g_lane
            logic [CODE-1:0] code;
            assign live[lane] = here > LENGTH'(lane);
            always_ff @(posedge clk) if (en) code <= in_codes[lane*CODE+:CODE];"""
    ports = {"clk": "clk", "en": "en", "code": "code", "y": "out_codes[lane*OUTPUT+:OUTPUT]"}
    yield rtl_top.instance(lane, "i_lane", ports, " " * 12)
    yield "        end\n    endgenerate"

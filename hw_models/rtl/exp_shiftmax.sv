// e**-x as 2**-(x + x/2 - x/16): a shift by whole octaves of OCTAVE codes, and a straight line within one: (OCTAVE minus half of
// the rest) << (OCTAVES - octaves). Halves and sixteenths are those of -x in two's complement, rounded down; distances
// beyond OCTAVES octaves count as that. INVERSE stands for 2**INVERSE_SHIFT / OCTAVE. One cycle.
module exp_shiftmax #(
    parameter int DIFFERENCE    = 8,
    parameter int OCTAVE        = 17,
    parameter int OCTAVES       = 16,
    parameter int INVERSE_SHIFT = 16,
    parameter int INVERSE       = 3856,
    parameter int VALUE         = 21
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic [DIFFERENCE-1:0] difference,
    output logic [VALUE-1:0]      value
);
    localparam int LIMIT = OCTAVES * OCTAVE;
    localparam int SCALED = ($clog2(LIMIT + 1) > DIFFERENCE ? $clog2(LIMIT + 1) : DIFFERENCE) + 2;
    localparam int COUNT = $clog2(OCTAVES + 1);
    localparam int INVERTED = SCALED + $clog2(INVERSE + 1);
    localparam int REST = $clog2(OCTAVE + 1);

    logic signed [SCALED-1:0] x;
    logic [SCALED-1:0] scaled, clamped, whole;
    /* verilator lint_off UNUSEDSIGNAL */
    logic [INVERTED-1:0] inverted;
    logic [SCALED-1:0] left;
    /* verilator lint_on UNUSEDSIGNAL */
    logic [COUNT-1:0] octaves;
    logic [REST-1:0] rest, line;

    assign x = SCALED'(0) - SCALED'(difference);
    assign scaled = -(x + (x >>> 1) - (x >>> 4));
    assign clamped = scaled > SCALED'(LIMIT) ? SCALED'(LIMIT) : scaled;
    assign inverted = INVERTED'(clamped) * INVERTED'(INVERSE);
    assign octaves = COUNT'(inverted >> INVERSE_SHIFT);
    assign whole = SCALED'(octaves) * SCALED'(OCTAVE);
    assign left = clamped - whole;
    assign rest = left[REST-1:0];
    assign line = REST'(OCTAVE) - (rest >> 1) - REST'(rest[0]);

    always_ff @(posedge clk) if (en) value <= VALUE'(line) << (COUNT'(OCTAVES) - octaves);
endmodule

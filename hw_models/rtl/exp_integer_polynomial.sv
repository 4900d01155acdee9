// e**-x by a second-order polynomial on one octave: x = q * OCTAVE + r, (C - r * (B - r)) * RATIO >> (RATIO_SHIFT + q),
// rounded. Distances beyond LIMIT count as LIMIT. INVERSE stands for 2**INVERSE_SHIFT / OCTAVE. Five cycles: a register
// after each multiplication, one after the shift.
module exp_integer_polynomial #(
    parameter int             DIFFERENCE    = 16,
    parameter int             DISTANCE      = 15,
    parameter int             LIMIT         = 21300,
    parameter int             OCTAVE        = 710,
    parameter int             REST          = 10,
    parameter int             INVERSE_SHIFT = 24,
    parameter int             INVERSE       = 23631,
    parameter int             B             = 2772,
    parameter int             C             = 2927780,
    parameter int             RATIO_SHIFT   = 40,
    parameter int             RATIO_BITS    = 34,
    parameter logic [RATIO_BITS-1:0] RATIO  = '1,
    parameter int             VALUE         = 15
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic [DIFFERENCE-1:0] difference,
    output logic [VALUE-1:0]      value
);
    localparam int WIDE = (DISTANCE > DIFFERENCE ? DISTANCE : DIFFERENCE) + 1;
    localparam int POLYNOMIAL = $clog2(C + 1);
    localparam int LINE = $clog2(B + 1);
    localparam int INVERTED = DISTANCE + $clog2(INVERSE + 1);
    localparam int SCALED = POLYNOMIAL + RATIO_BITS;

    logic [DISTANCE-1:0] clamped, distance;
    /* verilator lint_off UNUSEDSIGNAL */
    logic [INVERTED-1:0] inverted;
    logic [DISTANCE-1:0] left;
    logic [SCALED:0] shifted;
    logic [SCALED-1:0] product, scaled;
    /* verilator lint_on UNUSEDSIGNAL */
    logic [4:0] octaves_1, octaves_2, octaves_3, octaves_4;
    logic [REST-1:0] rest;
    logic [POLYNOMIAL-1:0] polynomial;
    logic [LINE-1:0] line;

    assign clamped = WIDE'(difference) > WIDE'(LIMIT) ? DISTANCE'(LIMIT) : DISTANCE'(difference);
    assign inverted = INVERTED'(clamped) * INVERTED'(INVERSE);
    assign line = LINE'(B) - LINE'(rest);
    assign left = distance - DISTANCE'(octaves_1) * DISTANCE'(OCTAVE);
    assign product = SCALED'(polynomial) * SCALED'(RATIO);
    assign shifted = {1'b0, (scaled >> (RATIO_SHIFT - 1)) >> octaves_4} + (SCALED + 1)'(1);

    always_ff @(posedge clk)
        if (en) begin
            distance <= clamped;
            octaves_1 <= 5'(inverted >> INVERSE_SHIFT);
            rest <= left[REST-1:0];
            octaves_2 <= octaves_1;
            polynomial <= POLYNOMIAL'(C) - POLYNOMIAL'(rest) * POLYNOMIAL'(line);
            octaves_3 <= octaves_2;
            scaled <= product;
            octaves_4 <= octaves_3;
            value <= shifted[VALUE:1];
        end
endmodule

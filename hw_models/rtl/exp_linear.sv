// e**-x as 2**-(x * LOG2E) with 2**v taken as 1 + v: a constant multiplication and a shifter. The product has FRAC
// fraction bits. One cycle.
module exp_linear #(
    parameter int DIFFERENCE = 8,
    parameter int LOG2E      = 23,
    parameter int FRAC       = 8,
    parameter int ONE_FRAC   = 15
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic [DIFFERENCE-1:0] difference,
    output logic [ONE_FRAC:0]     value
);
    localparam int WIDE = DIFFERENCE + $clog2(LOG2E + 1) > FRAC ? DIFFERENCE + $clog2(LOG2E + 1) : FRAC;

    logic [WIDE-1:0] binary;

    assign binary = WIDE'(difference) * WIDE'(LOG2E);

    exp2_chords #(.DIFFERENCE(WIDE), .PIECE(0), .OFFSET(FRAC), .ONE_FRAC(ONE_FRAC)) i_exp2 (
        .clk(clk), .en(en), .difference(binary), .value(value)
    );
endmodule

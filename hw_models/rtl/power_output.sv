// An output: numerator * 2**FRAC >> row, at most HIGHEST. One cycle.
module power_output #(
    parameter int NUMERATOR = 16,
    parameter int EXPONENT  = 5,
    parameter int FRAC      = 8,
    parameter int OUTPUT    = 8,
    parameter int HIGHEST   = 255
) (
    input  logic                 clk,
    input  logic                 en,
    input  logic [NUMERATOR-1:0] numerator,
    input  logic [EXPONENT-1:0]  row,
    output logic [OUTPUT-1:0]    y
);
    localparam int WIDE = (NUMERATOR + FRAC > OUTPUT ? NUMERATOR + FRAC : OUTPUT) + 1;

    logic [WIDE-1:0] quotient;

    assign quotient = (WIDE'(numerator) << FRAC) >> row;

    always_ff @(posedge clk) if (en) y <= quotient > WIDE'(HIGHEST) ? OUTPUT'(HIGHEST) : OUTPUT'(quotient);
endmodule

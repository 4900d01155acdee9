// An output: numerator * row >> SHIFT, at most HIGHEST. One cycle; the shift is wiring.
module multiply_output #(
    parameter int NUMERATOR = 16,
    parameter int FACTOR    = 16,
    parameter int SHIFT     = 16,
    parameter int OUTPUT    = 8,
    parameter int HIGHEST   = 255
) (
    input  logic                 clk,
    input  logic                 en,
    input  logic [NUMERATOR-1:0] numerator,
    input  logic [FACTOR-1:0]    row,
    output logic [OUTPUT-1:0]    y
);
    localparam int FULL = NUMERATOR + FACTOR > SHIFT + OUTPUT + 1 ? NUMERATOR + FACTOR : SHIFT + OUTPUT + 1;

    /* verilator lint_off UNUSEDSIGNAL */
    logic [FULL-1:0] product;
    /* verilator lint_on UNUSEDSIGNAL */
    logic [FULL-SHIFT-1:0] quotient;

    assign product = FULL'(numerator) * FULL'(row);
    assign quotient = product[FULL-1:SHIFT];

    always_ff @(posedge clk)
        if (en) y <= quotient > (FULL - SHIFT)'(HIGHEST) ? OUTPUT'(HIGHEST) : OUTPUT'(quotient);
endmodule

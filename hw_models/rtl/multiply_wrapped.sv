// An output: numerator * row >> SHIFT, its lowest OUTPUT bits; the row has its sign above the magnitude, and a negative
// product is rounded down. One cycle.
module multiply_wrapped #(
    parameter int NUMERATOR = 21,
    parameter int FACTOR    = 31,
    parameter int SHIFT     = 24,
    parameter int OUTPUT    = 8
) (
    input  logic                 clk,
    input  logic                 en,
    input  logic [NUMERATOR-1:0] numerator,
    input  logic [FACTOR:0]      row,
    output logic [OUTPUT-1:0]    y
);
    localparam int FULL = NUMERATOR + FACTOR > SHIFT + OUTPUT ? NUMERATOR + FACTOR : SHIFT + OUTPUT;

    logic [FULL-1:0] product;
    /* verilator lint_off UNUSEDSIGNAL */
    logic [FULL-1:0] exact;
    /* verilator lint_on UNUSEDSIGNAL */

    assign product = FULL'(numerator) * FULL'(row[FACTOR-1:0]);
    assign exact = row[FACTOR] ? -product : product;

    always_ff @(posedge clk) if (en) y <= exact[SHIFT+:OUTPUT];
endmodule

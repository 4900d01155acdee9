// An output: numerator * reciprocal >> (BASE + exponent), truncated or rounded (ties up), at most HIGHEST. Two cycles: a
// register after the multiplication, one after the shift. BASE may be negative.
module scale #(
    parameter int NUMERATOR  = 16,
    parameter int RECIPROCAL = 16,
    parameter int EXPONENT   = 4,
    parameter int BASE       = 8,
    parameter bit ROUNDED    = 1'b1,
    parameter int OUTPUT     = 8,
    parameter int HIGHEST    = 255
) (
    input  logic                           clk,
    input  logic                           en,
    input  logic [NUMERATOR-1:0]           numerator,
    input  logic [EXPONENT+RECIPROCAL-1:0] row,
    output logic [OUTPUT-1:0]              y
);
    localparam int LEFT = BASE < 0 ? -BASE : 0;
    localparam int RIGHT = BASE > 0 ? BASE : 0;
    localparam int FULL = NUMERATOR + RECIPROCAL + LEFT + 1;  // one bit below the output's last, for rounding
    localparam int KEPT = FULL > RIGHT ? FULL - RIGHT : 1;
    localparam int WIDE = (KEPT > OUTPUT ? KEPT : OUTPUT) + 1;

    logic [FULL-1:0] product;
    logic [KEPT-1:0] kept;
    /* verilator lint_off UNUSEDSIGNAL */
    logic [KEPT:0] twice;
    /* verilator lint_on UNUSEDSIGNAL */
    logic [KEPT-1:0] quotient;

    assign product = FULL'({FULL'(numerator) * FULL'(row[RECIPROCAL-1:0]), 1'b0}) << LEFT;
    assign twice = {1'b0, kept >> row[RECIPROCAL+:EXPONENT]} + (KEPT + 1)'(ROUNDED);
    assign quotient = twice[KEPT:1];

    always_ff @(posedge clk)
        if (en) begin
            kept <= KEPT'(product >> RIGHT);
            y <= WIDE'(quotient) > WIDE'(HIGHEST) ? OUTPUT'(HIGHEST) : OUTPUT'(quotient);
        end
endmodule

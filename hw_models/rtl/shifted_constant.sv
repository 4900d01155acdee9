// An output: 2**ONE_FRAC * reciprocal >> (BASE + code + exponent), truncated, at most HIGHEST, for a numerator of
// 2**(ONE_FRAC - code). Two cycles: a register after the addition of exponents, one after the shift.
module shifted_constant #(
    parameter int NUMERATOR  = 16,
    parameter int CODE       = 4,
    parameter int ONE_FRAC   = 15,
    parameter int RECIPROCAL = 16,
    parameter int EXPONENT   = 4,
    parameter int BASE       = 8,
    parameter int OUTPUT     = 8,
    parameter int HIGHEST    = 255
) (
    input  logic                           clk,
    input  logic                           en,
    /* verilator lint_off UNUSEDSIGNAL */
    input  logic [NUMERATOR-1:0]           numerator,
    /* verilator lint_on UNUSEDSIGNAL */
    input  logic [EXPONENT+RECIPROCAL-1:0] row,
    output logic [OUTPUT-1:0]              y
);
    localparam int UP = ONE_FRAC > BASE ? ONE_FRAC - BASE : 0;
    localparam int DOWN = BASE > ONE_FRAC ? BASE - ONE_FRAC : 0;
    localparam int SELECT = (CODE > EXPONENT ? CODE : EXPONENT) + 1;
    localparam int WIDE = (RECIPROCAL + UP > OUTPUT ? RECIPROCAL + UP : OUTPUT) + 1;

    logic [SELECT-1:0] select;
    logic [RECIPROCAL-1:0] constant;
    logic [WIDE-1:0] quotient;

    assign quotient = ((WIDE'(constant) << UP) >> DOWN) >> select;

    always_ff @(posedge clk)
        if (en) begin
            select <= SELECT'(numerator[CODE-1:0]) + SELECT'(row[RECIPROCAL+:EXPONENT]);
            constant <= row[RECIPROCAL-1:0];
            y <= quotient > WIDE'(HIGHEST) ? OUTPUT'(HIGHEST) : OUTPUT'(quotient);
        end
endmodule

// e**-x as 2**-(x * log2 e), by `times_log2e` and `exp2_polynomial`. 1 + DEGREE cycles.
module exp_polynomial #(
    parameter int DIFFERENCE = 8,
    parameter int LOG2E      = 23637,
    parameter int DROP       = 6,
    parameter int APPEND     = 0,
    parameter int BINARY     = 17,
    parameter int FRAC       = 12,
    parameter int DEGREE     = 3,
    parameter int GUARD      = 2,
    parameter int WIDTH      = 19,
    parameter logic [(DEGREE+1)*WIDTH-1:0] COEFFICIENTS = '1,
    parameter int TOP        = 65536,
    parameter int VALUE      = 17
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic [DIFFERENCE-1:0] difference,
    output logic [VALUE-1:0]      value
);
    logic [BINARY-1:0] binary;

    times_log2e #(.DIFFERENCE(DIFFERENCE), .LOG2E(LOG2E), .DROP(DROP), .APPEND(APPEND), .BINARY(BINARY)) i_log2e (
        .clk(clk), .en(en), .difference(difference), .binary(binary)
    );
    exp2_polynomial #(
        .DIFFERENCE(BINARY), .FRAC(FRAC), .DEGREE(DEGREE), .GUARD(GUARD), .WIDTH(WIDTH), .COEFFICIENTS(COEFFICIENTS),
        .TOP(TOP), .VALUE(VALUE)
    ) i_exp2 (
        .clk(clk), .en(en), .difference(binary), .value(value)
    );
endmodule

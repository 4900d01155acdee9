// An output: e**-(numerator * 2**APPEND + row) as 2**-u (1 + v), at most HIGHEST; zero from 2**RANGE on. Two cycles: a
// register after the addition, one after the exponential.
module antilog_linear #(
    parameter int NUMERATOR = 16,
    parameter int APPEND    = 2,
    parameter int ROW       = 16,
    parameter int RANGE     = 16,
    parameter int LOG2E     = 23,
    parameter int FRAC      = 16,
    parameter int ONE_FRAC  = 15,
    parameter int OUTPUT    = 16,
    parameter int HIGHEST   = 65535
) (
    input  logic                 clk,
    input  logic                 en,
    input  logic [NUMERATOR-1:0] numerator,
    input  logic [ROW-1:0]       row,
    output logic [OUTPUT-1:0]    y
);
    localparam int KEPT = (ONE_FRAC + 1 > OUTPUT ? ONE_FRAC + 1 : OUTPUT) + 1;

    logic [RANGE-1:0] distance;
    logic zero;
    logic [ONE_FRAC:0] value;

    log_difference #(.NUMERATOR(NUMERATOR), .APPEND(APPEND), .ROW(ROW), .RANGE(RANGE)) i_distance (
        .clk(clk), .en(en), .numerator(numerator), .row(row), .distance(distance), .zero(zero)
    );
    exp_linear #(.DIFFERENCE(RANGE), .LOG2E(LOG2E), .FRAC(FRAC), .ONE_FRAC(ONE_FRAC)) i_exp (
        .clk(clk), .en(en), .difference(distance), .value(value)
    );

    assign y = zero ? '0 : KEPT'(value) > KEPT'(HIGHEST) ? OUTPUT'(HIGHEST) : OUTPUT'(value);
endmodule

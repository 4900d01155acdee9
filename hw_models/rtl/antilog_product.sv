// An output: e**-(numerator * 2**APPEND + row) by `table_product`, at most HIGHEST; zero from 2**RANGE on. 1 + GROUPS
// cycles: a register after the addition, one after each factor.
module antilog_product #(
    parameter int NUMERATOR = 16,
    parameter int APPEND    = 2,
    parameter int ROW       = 16,
    parameter int RANGE     = 16,
    parameter int COVERED   = 16,
    parameter int GROUPS    = 2,
    parameter logic [GROUPS*8-1:0] SIZES  = {GROUPS{8'd1}},
    parameter logic [GROUPS*8-1:0] STARTS = {GROUPS{8'd0}},
    parameter int ONE_FRAC  = 15,
    parameter logic [GROUPS*(ONE_FRAC+1)-1:0] CONSTANTS = '1,
    parameter int OUTPUT    = 16,
    parameter int HIGHEST   = 65535,
    parameter     FILE      = "antilog"
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

    log_difference #(.NUMERATOR(NUMERATOR), .APPEND(APPEND), .ROW(ROW), .RANGE(RANGE), .DELAY(GROUPS)) i_distance (
        .clk(clk), .en(en), .numerator(numerator), .row(row), .distance(distance), .zero(zero)
    );
    table_product #(
        .DIFFERENCE(RANGE), .COVERED(COVERED), .GROUPS(GROUPS), .SIZES(SIZES), .STARTS(STARTS), .ONE_FRAC(ONE_FRAC),
        .CONSTANTS(CONSTANTS), .FILE(FILE)
    ) i_exp (
        .clk(clk), .en(en), .difference(distance), .value(value)
    );

    assign y = zero ? '0 : KEPT'(value) > KEPT'(HIGHEST) ? OUTPUT'(HIGHEST) : OUTPUT'(value);
endmodule

// An output: 2**-(numerator * 2**APPEND + row) by `exp2_symmetric`, at most HIGHEST; zero from 2**RANGE on. Two cycles: a
// register after the addition, one after the power.
module antilog_symmetric #(
    parameter int NUMERATOR       = 16,
    parameter int APPEND          = 2,
    parameter int ROW             = 16,
    parameter int RANGE           = 17,
    parameter int FRAC            = 12,
    parameter int INDEX           = 8,
    parameter int CORRECTION      = 13,
    parameter bit HALVES          = 1'b1,
    parameter int HALF            = 4,
    parameter int ONE_FRAC        = 15,
    parameter int VALUE           = 16,
    parameter int OUTPUT          = 16,
    parameter int HIGHEST         = 65535,
    parameter     FILE            = "",
    parameter     DIFFERENCE_FILE = ""
) (
    input  logic                 clk,
    input  logic                 en,
    input  logic [NUMERATOR-1:0] numerator,
    input  logic [ROW-1:0]       row,
    output logic [OUTPUT-1:0]    y
);
    localparam int KEPT = (VALUE > OUTPUT ? VALUE : OUTPUT) + 1;

    logic [RANGE-1:0] distance;
    logic zero;
    logic [VALUE-1:0] value;

    log_difference #(.NUMERATOR(NUMERATOR), .APPEND(APPEND), .ROW(ROW), .RANGE(RANGE)) i_distance (
        .clk(clk), .en(en), .numerator(numerator), .row(row), .distance(distance), .zero(zero)
    );
    exp2_symmetric #(
        .DIFFERENCE(RANGE), .BINARY(RANGE), .FRAC(FRAC), .INDEX(INDEX), .CORRECTION(CORRECTION), .HALVES(HALVES),
        .HALF(HALF), .ONE_FRAC(ONE_FRAC), .VALUE(VALUE), .FILE(FILE), .DIFFERENCE_FILE(DIFFERENCE_FILE)
    ) i_exp2 (
        .clk(clk), .en(en), .difference(distance), .value(value)
    );

    assign y = zero ? '0 : KEPT'(value) > KEPT'(HIGHEST) ? OUTPUT'(HIGHEST) : OUTPUT'(value);
endmodule

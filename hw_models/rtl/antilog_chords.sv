// An output: e**-(numerator * 2**APPEND + row) by chords, at most HIGHEST; zero from 2**RANGE on. Two cycles: a register
// after the addition, one after the chord; PIPELINED: three, with one after the chord's multiplication.
module antilog_chords #(
    parameter int NUMERATOR = 16,
    parameter int APPEND    = 2,
    parameter int ROW       = 16,
    parameter int RANGE     = 16,
    parameter int PIECE     = 6,
    parameter int OFFSET    = 10,
    parameter int FALL      = 12,
    parameter int ONE_FRAC  = 15,
    parameter int LAST      = 0,
    parameter bit PIPELINED = 1'b0,
    parameter int OUTPUT    = 16,
    parameter int HIGHEST   = 65535,
    parameter     FILE      = ""
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

    log_difference #(.NUMERATOR(NUMERATOR), .APPEND(APPEND), .ROW(ROW), .RANGE(RANGE), .DELAY(PIPELINED ? 2 : 1)) i_distance (
        .clk(clk), .en(en), .numerator(numerator), .row(row), .distance(distance), .zero(zero)
    );
    exp_chords #(
        .DIFFERENCE(RANGE), .PIECE(PIECE), .OFFSET(OFFSET), .FALL(FALL), .ONE_FRAC(ONE_FRAC), .LAST(LAST),
        .PIPELINED(PIPELINED), .FILE(FILE)
    ) i_exp (
        .clk(clk), .en(en), .difference(distance), .value(value)
    );

    assign y = zero ? '0 : KEPT'(value) > KEPT'(HIGHEST) ? OUTPUT'(HIGHEST) : OUTPUT'(value);
endmodule

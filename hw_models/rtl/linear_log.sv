// ln of a sum of at least 1.0 = 2**SUM_FRAC, linear within an octave: {exponent, MANTISSA bits below the leading one} * LN2,
// without its DROP lowest bits. A register, loaded by `start`.
module linear_log #(
    parameter int SUM      = 16,
    parameter int SUM_FRAC = 15,
    parameter int MANTISSA = 8,
    parameter int LN2      = 11,
    parameter int DROP     = 0,
    parameter int APPEND   = 0,
    parameter int ROW      = 16
) (
    input  logic           clk,
    input  logic           start,
    input  logic [SUM-1:0] sum,
    output logic [ROW-1:0] row
);
    localparam int PLACE = $clog2(SUM);
    localparam int WIDE = ROW + DROP > PLACE + MANTISSA ? ROW + DROP : PLACE + MANTISSA;

    logic [PLACE-1:0] exponent;
    logic [MANTISSA-1:0] fraction;
    /* verilator lint_off UNUSEDSIGNAL */
    logic [WIDE-1:0] product;
    /* verilator lint_on UNUSEDSIGNAL */

    leading_one #(.SUM(SUM), .EXPONENT(PLACE), .FRACTION(MANTISSA)) i_normalize (
        .sum(sum), .exponent(exponent), .fraction(fraction)
    );
    assign product = (WIDE'({exponent - PLACE'(SUM_FRAC), fraction}) * WIDE'(LN2)) << APPEND;

    always_ff @(posedge clk) if (start) row <= product[DROP+:ROW];
endmodule

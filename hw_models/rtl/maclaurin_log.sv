// ln of a sum of at least 1.0 = 2**SUM_FRAC as ln R + t - t**2 / 2: R is the nearest multiple of 1/2 (at most 1 + LAST / 2),
// t = (sum - R) / R. A word of the table is {ln R with four bits more than the FRAC of the result, 1 / R in INVERSE_FRAC
// bits}. A register, loaded by `start`.
module maclaurin_log #(
    parameter int SUM          = 16,
    parameter int SUM_FRAC     = 15,
    parameter int ADDRESS      = 8,
    parameter int LAST         = 254,
    parameter int REFERENCE    = 19,
    parameter int INVERSE_FRAC = 16,
    parameter int FRAC         = 12,
    parameter int ROW          = 15,
    parameter     FILE         = ""
) (
    input  logic           clk,
    input  logic           start,
    input  logic [SUM-1:0] sum,
    output logic [ROW-1:0] row
);
    localparam int HALVES = SUM - SUM_FRAC + 2;  // bits of a sum in halves, rounded
    localparam int DROP = SUM_FRAC + INVERSE_FRAC - FRAC - 4;
    localparam int PRODUCT = SUM + INVERSE_FRAC + 3;
    localparam int T = FRAC + 7;  // t is below 4, with a sign
    localparam int WIDE = REFERENCE + 3 > 2 * T ? REFERENCE + 3 : 2 * T;

    logic [HALVES-1:0] halves, beyond_one;
    logic [ADDRESS-1:0] index;
    logic [REFERENCE-1:0] logarithm;
    logic [INVERSE_FRAC:0] inverse;
    logic signed [PRODUCT-1:0] rest, factor, product;
    logic signed [T-1:0] t;
    logic signed [2*T-1:0] wide_t, square;
    /* verilator lint_off UNUSEDSIGNAL */
    logic signed [WIDE-1:0] reference, first, second, series;
    /* verilator lint_on UNUSEDSIGNAL */

    assign halves = HALVES'(sum[SUM-1:SUM_FRAC-1]) + HALVES'(sum[SUM_FRAC-2]);
    assign beyond_one = halves - HALVES'(2);
    assign index = beyond_one > HALVES'(LAST) ? ADDRESS'(LAST) : ADDRESS'(beyond_one);

    rom #(.ADDRESS(ADDRESS), .WIDTH(REFERENCE + INVERSE_FRAC + 1), .FILE(FILE)) i_rom (
        .address(index), .word({logarithm, inverse})
    );
    assign rest = PRODUCT'(sum) - PRODUCT'({PRODUCT'(index) + PRODUCT'(2), {(SUM_FRAC - 1) {1'b0}}});
    assign factor = PRODUCT'(inverse);
    assign product = rest * factor;
    assign t = T'(product >>> DROP);
    assign wide_t = {{T{t[T-1]}}, t};
    assign square = wide_t * wide_t;
    assign reference = WIDE'(logarithm);
    assign first = {{(WIDE - T) {t[T-1]}}, t};
    assign second = WIDE'(square >> (FRAC + 5));
    assign series = reference + first - second;

    always_ff @(posedge clk) if (start) row <= series[WIDE-1] ? '0 : series[4+:ROW];
endmodule

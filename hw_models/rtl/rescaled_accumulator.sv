// The sum of a row in WIDTH bits, group by group: the sum so far times factor / 2**ONE_FRAC, truncated, and the group's
// total. What does not fit saturates or wraps.
module rescaled_accumulator #(
    parameter int WIDTH    = 16,
    parameter int TOTAL    = 10,
    parameter int FACTOR   = 9,
    parameter int ONE_FRAC = 8,
    parameter bit SATURATE = 1'b1
) (
    input  logic              clk,
    input  logic              step,
    input  logic              first,
    input  logic [FACTOR-1:0] factor,
    input  logic [TOTAL-1:0]  total,
    output logic [WIDTH-1:0]  sum
);
    localparam int FULL = WIDTH + FACTOR;
    localparam int KEPT = FULL - ONE_FRAC;
    localparam int WIDE = (TOTAL > KEPT ? TOTAL : KEPT) + 1;

    /* verilator lint_off UNUSEDSIGNAL */
    logic [FULL-1:0] product;
    /* verilator lint_on UNUSEDSIGNAL */
    logic [KEPT-1:0] so_far;
    logic [WIDE-1:0] exact;

    assign product = FULL'(sum) * FULL'(factor);
    assign so_far = first ? '0 : product[FULL-1:ONE_FRAC];
    assign exact = WIDE'(so_far) + WIDE'(total);

    always_ff @(posedge clk)
        if (step) sum <= SATURATE && exact[WIDE-1:WIDTH] != '0 ? '1 : exact[WIDTH-1:0];
endmodule

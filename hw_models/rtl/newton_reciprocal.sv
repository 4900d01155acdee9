// 1 / sum as a reciprocal of its mantissa m, and the exponent less FIRST, the least that the sum can have: x (2 - m x) from
// a `reciprocal_seed`, STEPS times, by one multiplier. x has GUARD bits more than the result, m has OPERAND fraction bits.
// 1 + 2 * STEPS cycles from `start`, while `sum` is held.
module newton_reciprocal #(
    parameter int SUM        = 28,
    parameter int RECIPROCAL = 17,
    parameter int FIRST      = 15,
    parameter int EXPONENT   = $clog2(SUM),
    parameter int STEPS      = 2,
    parameter int OPERAND    = 16,
    parameter int GUARD      = 2,
    parameter int FRACTION   = 16,
    parameter int TABLE      = 0,
    parameter int SLOPE      = 30840,
    parameter int START      = 92521,
    parameter     FILE       = ""
) (
    input  logic                           clk,
    input  logic                           rst,
    input  logic                           en,
    input  logic                           start,
    input  logic [SUM-1:0]                 sum,
    output logic [EXPONENT+RECIPROCAL-1:0] row
);
    localparam int PLACE = $clog2(SUM);
    localparam int WIDTH = RECIPROCAL + GUARD;  // of x: 1.0 is 2**(WIDTH - 1)
    localparam int FACTOR = WIDTH > OPERAND + 1 ? WIDTH : OPERAND + 1;
    localparam int COUNT = STEPS > 0 ? $clog2(2 * STEPS + 1) : 1;

    logic [PLACE-1:0] exponent;
    logic [FRACTION-1:0] fraction;
    logic [RECIPROCAL-1:0] seed;
    logic [EXPONENT-1:0] held;
    logic [COUNT-1:0] left;
    logic [WIDTH-1:0] x, correction;
    logic [FACTOR-1:0] factor;
    /* verilator lint_off UNUSEDSIGNAL */
    logic [WIDTH+FACTOR-1:0] product;
    /* verilator lint_on UNUSEDSIGNAL */

    leading_one #(.SUM(SUM), .EXPONENT(PLACE), .FRACTION(FRACTION)) i_normalize (
        .sum(sum), .exponent(exponent), .fraction(fraction)
    );
    reciprocal_seed #(
        .FRACTION(FRACTION), .OPERAND(OPERAND), .FRAC(RECIPROCAL - 1), .TABLE(TABLE), .SLOPE(SLOPE), .START(START),
        .FILE(FILE)
    ) i_seed (
        .fraction(fraction), .seed(seed)
    );

    // an even number of cycles left: m x; an odd one: x times the correction 2 - m x
    assign factor = left[0] ? FACTOR'(correction) : FACTOR'({1'b1, fraction[FRACTION-1-:OPERAND]});
    assign product = (WIDTH + FACTOR)'(x) * (WIDTH + FACTOR)'(factor);
    assign row = {held, x[WIDTH-1:GUARD]};

    always_ff @(posedge clk)
        if (rst) left <= '0;
        else if (en) begin
            if (start) begin
                left <= COUNT'(2 * STEPS);
                x <= {seed, {GUARD{1'b0}}};
                held <= EXPONENT'(exponent - PLACE'(FIRST));
            end else if (left != '0) begin
                left <= left - 1'b1;
                if (left[0]) x <= product[WIDTH-1+:WIDTH];
                else correction <= WIDTH'(0) - product[OPERAND+:WIDTH];  // from 2, which is 0 in WIDTH bits
            end
        end
endmodule

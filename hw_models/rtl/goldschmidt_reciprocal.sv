// 1 / sum as a reciprocal of its mantissa m, and the exponent less FIRST, the least that the sum can have: n of
// `reciprocal_seed` and d = m n are multiplied by 2 - d, STEPS times; n, at most 1, is the result. Both have GUARD bits more
// than it, m has OPERAND fraction bits. 2 + STEPS cycles from `start`, while `sum` is held.
module goldschmidt_reciprocal #(
    parameter int SUM        = 28,
    parameter int RECIPROCAL = 17,
    parameter int FIRST      = 15,
    parameter int EXPONENT   = $clog2(SUM),
    parameter int STEPS      = 2,
    parameter int OPERAND    = 16,
    parameter int GUARD      = 4,
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
    localparam int BITS = RECIPROCAL - 1 + GUARD;  // fraction bits of n and d
    localparam int WIDTH = BITS + 1;
    localparam int OTHER = WIDTH > OPERAND + 1 ? WIDTH : OPERAND + 1;
    localparam int COUNT = $clog2(STEPS + 2);

    logic [PLACE-1:0] exponent;
    logic [FRACTION-1:0] fraction;
    logic [RECIPROCAL-1:0] seed;
    logic [EXPONENT-1:0] held;
    logic [COUNT-1:0] left;
    logic is_first;
    logic [WIDTH:0] n;
    logic [WIDTH-1:0] d, correction, multiplied;
    logic [OTHER-1:0] factor;
    /* verilator lint_off UNUSEDSIGNAL */
    logic [WIDTH+OTHER-1:0] of_d;
    logic [2*WIDTH:0] of_n;
    /* verilator lint_on UNUSEDSIGNAL */
    logic [RECIPROCAL:0] cut;

    leading_one #(.SUM(SUM), .EXPONENT(PLACE), .FRACTION(FRACTION)) i_normalize (
        .sum(sum), .exponent(exponent), .fraction(fraction)
    );
    reciprocal_seed #(
        .FRACTION(FRACTION), .OPERAND(OPERAND), .FRAC(RECIPROCAL - 1), .TABLE(TABLE), .SLOPE(SLOPE), .START(START),
        .FILE(FILE)
    ) i_seed (
        .fraction(fraction), .seed(seed)
    );

    assign is_first = left == COUNT'(STEPS + 1);
    assign correction = WIDTH'(0) - d;  // from 2, which is 0 in WIDTH bits
    assign multiplied = is_first ? n[WIDTH-1:0] : d;
    assign factor = is_first ? OTHER'({1'b1, fraction[FRACTION-1-:OPERAND]}) : OTHER'(correction);
    assign of_d = (WIDTH + OTHER)'(multiplied) * (WIDTH + OTHER)'(factor);
    assign of_n = (2 * WIDTH + 1)'(n) * (2 * WIDTH + 1)'(correction);
    assign cut = n[WIDTH:GUARD];
    assign row = {held, cut[RECIPROCAL] || (cut[RECIPROCAL-1] && cut[RECIPROCAL-2:0] != '0)
                        ? {1'b1, {(RECIPROCAL - 1) {1'b0}}} : cut[RECIPROCAL-1:0]};

    always_ff @(posedge clk)
        if (rst) left <= '0;
        else if (en) begin
            if (start) begin
                left <= COUNT'(STEPS + 1);
                n <= {1'b0, seed, {GUARD{1'b0}}};
                held <= EXPONENT'(exponent - PLACE'(FIRST));
            end else if (left != '0) begin
                left <= left - 1'b1;
                d <= is_first ? of_d[OPERAND+:WIDTH] : of_d[BITS+:WIDTH];
                if (!is_first) n <= of_n[BITS+:WIDTH+1];
            end
        end
endmodule

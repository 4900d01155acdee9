// 1 / sum as a reciprocal of its mantissa by two lines, 51/32 - 5/8 m below 1.5 and 36/32 - 5/16 m from there on, and the
// exponent less FIRST, the least that the sum can have. m has OPERAND fraction bits. Registers, loaded by `start`.
module reciprocal_two_lines #(
    parameter int SUM        = 16,
    parameter int OPERAND    = 12,
    parameter int RECIPROCAL = 12,
    parameter int FIRST      = 0,
    parameter int EXPONENT   = $clog2(SUM)
) (
    input  logic                           clk,
    input  logic                           start,
    input  logic [SUM-1:0]                 sum,
    output logic [EXPONENT+RECIPROCAL-1:0] row
);
    localparam int PLACE = $clog2(SUM);
    localparam int BITS = OPERAND + 4;  // fraction bits of the exact result
    localparam int LEFT = RECIPROCAL > BITS ? RECIPROCAL - BITS : 0;
    localparam int RIGHT = BITS > RECIPROCAL ? BITS - RECIPROCAL : 0;
    localparam int WIDE = BITS + 2 + LEFT;

    logic [PLACE-1:0] exponent;
    logic [OPERAND-1:0] fraction;
    logic [WIDE-1:0] five, start_value, slope;
    /* verilator lint_off UNUSEDSIGNAL */
    logic [WIDE-1:0] exact;
    /* verilator lint_on UNUSEDSIGNAL */

    leading_one #(.SUM(SUM), .EXPONENT(PLACE), .FRACTION(OPERAND)) i_normalize (
        .sum(sum), .exponent(exponent), .fraction(fraction)
    );
    assign five = WIDE'({1'b1, fraction, 2'b00}) + WIDE'({1'b1, fraction});
    assign slope = fraction[OPERAND-1] ? five : five << 1;
    assign start_value = (fraction[OPERAND-1] ? WIDE'(36) : WIDE'(51)) << (BITS - 5);
    assign exact = (start_value - slope) << LEFT;

    always_ff @(posedge clk)
        if (start) row <= {EXPONENT'(exponent - PLACE'(FIRST)), exact[RIGHT+:RECIPROCAL]};
endmodule

// exp(x - beta) / gamma of an 8-bit code as the product of two bfloat16 words, one for each half of the code, as an integer:
// the product times 2**(SHIFT - 1), rounded (halves up), 127 where it is too large, in two's complement where the sign is
// set. LOSES_TOP_BIT: the multiplier of the significands keeps 15 of its 16 bits. Two cycles: a register after the tables,
// one after the conversion.
module consmax_lane #(
    parameter int SHIFT         = 8,
    parameter bit LOSES_TOP_BIT = 1'b0,
    parameter     LOW_FILE      = "",
    parameter     HIGH_FILE     = ""
) (
    input  logic       clk,
    input  logic       en,
    input  logic [7:0] code,
    output logic [7:0] y
);
    logic [15:0] low_word, high_word, a, b;
    rom #(.ADDRESS(4), .WIDTH(16), .FILE(LOW_FILE)) i_low (.address(code[3:0]), .word(low_word));
    rom #(.ADDRESS(4), .WIDTH(16), .FILE(HIGH_FILE)) i_high (.address(code[7:4]), .word(high_word));

    // the product: significands in [1, 2), exponents with a bias of 127
    /* verilator lint_off UNUSEDSIGNAL */
    logic [15:0] exact;
    /* verilator lint_on UNUSEDSIGNAL */
    logic [8:0] exponents;
    logic [7:0] exponent;
    logic [6:0] fraction;
    logic carry, zero, minus;
    assign exact = 16'({1'b1, a[6:0]}) * 16'({1'b1, b[6:0]});
    assign carry = LOSES_TOP_BIT ? exact[14] : exact[15];
    assign exponents = 9'(a[14:7]) + 9'(b[14:7]);
    assign zero = a[14:7] == '0 || b[14:7] == '0 || exponents < 9'd127;
    assign exponent = 8'(exponents - 9'd127 + 9'(carry));
    assign fraction = carry ? exact[14:8] : exact[13:7];
    assign minus = a[15] ^ b[15];

    // the integer: twice the magnitude, shifted down from the significand
    localparam logic signed [9:0] DOWN_AT_ONE = 10'(7 - SHIFT);
    logic signed [9:0] order, down;
    /* verilator lint_off UNUSEDSIGNAL */
    logic [9:0] places;
    /* verilator lint_on UNUSEDSIGNAL */
    logic [7:0] doubled, rounded, magnitude;
    logic over;
    assign order = $signed({2'b00, exponent}) - 10'sd127;
    assign down = DOWN_AT_ONE - order;
    assign places = down;
    assign doubled = down < 0 || places > 10'd7 ? '0 : {1'b1, fraction} >> places[2:0];
    assign rounded = {1'b0, doubled[7:1]} + {7'd0, doubled[0]};
    assign over = order >= 0 && down <= 0;
    assign magnitude = zero ? 8'd0 : over ? 8'd127 : rounded;

    always_ff @(posedge clk)
        if (en) begin
            a <= low_word;
            b <= high_word;
            y <= minus ? 8'd0 - magnitude : magnitude;
        end
endmodule

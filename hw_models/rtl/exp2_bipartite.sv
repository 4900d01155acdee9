// 2**-x or e**-x of a distance (`binary_distance`): 2**f of the fraction by two tables and an adder, and a shift.
//
// f is cut into HIGH, MIDDLE and LOW bits. The first table, addressed by the first two, holds 2**f - 1 in the middle of
// each group; the second, addressed by the first and the last, the move from there. FOLDED: it is odd about the middle of
// LOW, and only its upper half is stored; otherwise a word has a sign. Clipped to [1, 2]. One cycle, and one for LOG2E.
module exp2_bipartite #(
    parameter int DIFFERENCE   = 8,
    parameter bit SIGNED       = 1'b0,
    parameter int LOG2E        = 0,
    parameter int DROP         = 0,
    parameter int APPEND       = 0,
    parameter int BINARY       = 8,
    parameter int FRAC         = 4,
    parameter int HIGH         = 2,
    parameter int MIDDLE       = 1,
    parameter int LOW          = 1,
    parameter int MOVE         = 4,
    parameter bit FOLDED       = 1'b1,
    parameter int ONE_FRAC     = 15,
    parameter int VALUE        = 16,
    parameter     INITIAL_FILE = "",
    parameter     MOVE_FILE    = ""
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic [DIFFERENCE-1:0] difference,
    output logic [VALUE-1:0]      value
);
    localparam int WIDE = ONE_FRAC + 2;

    logic [FRAC-1:0] fraction;
    logic [BINARY-FRAC:0] down;
    logic [HIGH-1:0] high;
    logic [LOW-1:0] low;
    logic [ONE_FRAC-1:0] initial_value;
    logic [MOVE-1:0] word;
    logic [WIDE-1:0] move, sum, mantissa;
    logic minus;

    binary_distance #(
        .DIFFERENCE(DIFFERENCE), .SIGNED(SIGNED), .LOG2E(LOG2E), .DROP(DROP), .APPEND(APPEND), .BINARY(BINARY),
        .FRAC(FRAC)
    ) i_distance (
        .clk(clk), .en(en), .difference(difference), .fraction(fraction), .down(down)
    );
    assign high = fraction[FRAC-1-:HIGH];
    assign low = fraction[LOW-1:0];

    rom #(.ADDRESS(HIGH + MIDDLE), .WIDTH(ONE_FRAC), .FILE(INITIAL_FILE)) i_initial (
        .address(fraction[FRAC-1:LOW]), .word(initial_value)
    );
    generate
        if (!FOLDED) begin : g_whole
            rom #(.ADDRESS(HIGH + LOW), .WIDTH(MOVE), .FILE(MOVE_FILE)) i_move (.address({high, low}), .word(word));
            assign minus = 1'b0;
            assign move = {{(WIDE - MOVE) {word[MOVE-1]}}, word};
        end else begin : g_half
            assign minus = !low[LOW-1];
            assign move = WIDE'(word);
            if (LOW == 1) begin : g_one
                rom #(.ADDRESS(HIGH), .WIDTH(MOVE), .FILE(MOVE_FILE)) i_move (.address(high), .word(word));
            end else begin : g_more
                logic [LOW-2:0] mirrored;
                assign mirrored = low[LOW-2:0] ^ {(LOW - 1) {minus}};
                rom #(.ADDRESS(HIGH + LOW - 1), .WIDTH(MOVE), .FILE(MOVE_FILE)) i_move (
                    .address({high, mirrored}), .word(word)
                );
            end
        end
    endgenerate

    add_subtract #(.WIDTH(WIDE)) i_sum (.minus(minus), .a({2'b01, initial_value}), .b(move), .result(sum));

    always_comb
        case (sum[WIDE-1:ONE_FRAC])
            2'b00: mantissa = {2'b01, {ONE_FRAC{1'b0}}};
            2'b01: mantissa = sum;
            default: mantissa = {2'b10, {ONE_FRAC{1'b0}}};
        endcase

    always_ff @(posedge clk) if (en) value <= VALUE'(mantissa >> down);
endmodule

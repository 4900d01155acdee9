// What a table of 2**ADDRESS words holds at the top bits of a word of WORD bits that the sum is `assigned` to. A register,
// loaded by `start`.
module top_bits_table #(
    parameter int SUM      = 17,
    parameter int DROP     = 0,
    parameter bit ROUNDED  = 1'b0,
    parameter int WORD     = 18,
    parameter bit SATURATE = 1'b0,
    parameter logic [WORD-1:0] HIGHEST = '1,
    parameter int ADDRESS  = 10,
    parameter int ROW      = 18,
    parameter     FILE     = ""
) (
    input  logic           clk,
    input  logic           start,
    input  logic [SUM-1:0] sum,
    output logic [ROW-1:0] row
);
    /* verilator lint_off UNUSEDSIGNAL */
    logic [WORD-1:0] word;
    /* verilator lint_on UNUSEDSIGNAL */
    logic [ROW-1:0] entry;

    assigned #(
        .WIDTH(SUM), .DROP(DROP), .ROUNDED(ROUNDED), .KEPT(WORD), .SATURATE(SATURATE), .HIGHEST(HIGHEST)
    ) i_word (
        .exact(sum), .code(word)
    );
    rom #(.ADDRESS(ADDRESS), .WIDTH(ROW), .FILE(FILE)) i_rom (.address(word[WORD-1-:ADDRESS]), .word(entry));

    always_ff @(posedge clk) if (start) row <= entry;
endmodule

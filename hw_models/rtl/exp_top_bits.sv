// An exponential from a table of 2**ADDRESS words, addressed by the top bits of a word of WORD bits that the distance is
// `assigned` to: it may wrap there. One cycle.
module exp_top_bits #(
    parameter int DIFFERENCE = 16,
    parameter int DROP       = 0,
    parameter bit ROUNDED    = 1'b0,
    parameter int WORD       = 15,
    parameter bit SATURATE   = 1'b0,
    parameter logic [WORD-1:0] HIGHEST = '1,
    parameter int ADDRESS    = 10,
    parameter int VALUE      = 17,
    parameter     FILE       = ""
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic [DIFFERENCE-1:0] difference,
    output logic [VALUE-1:0]      value
);
    /* verilator lint_off UNUSEDSIGNAL */
    logic [WORD-1:0] word;
    /* verilator lint_on UNUSEDSIGNAL */
    logic [VALUE-1:0] entry;

    assigned #(
        .WIDTH(DIFFERENCE), .DROP(DROP), .ROUNDED(ROUNDED), .KEPT(WORD), .SATURATE(SATURATE), .HIGHEST(HIGHEST)
    ) i_word (
        .exact(difference), .code(word)
    );
    rom #(.ADDRESS(ADDRESS), .WIDTH(VALUE), .FILE(FILE)) i_rom (.address(word[WORD-1-:ADDRESS]), .word(entry));

    always_ff @(posedge clk) if (en) value <= entry;
endmodule

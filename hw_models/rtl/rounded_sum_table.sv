// What a table of LAST + 1 words holds for a sum rounded to whole units of 2**FRAC; larger ones take the last word.
// Registers, loaded by `start`.
module rounded_sum_table #(
    parameter int SUM     = 20,
    parameter int FRAC    = 8,
    parameter int ADDRESS = 9,
    parameter int LAST    = 256,
    parameter int ROW     = 8,
    parameter     FILE    = ""
) (
    input  logic           clk,
    input  logic           start,
    input  logic [SUM-1:0] sum,
    output logic [ROW-1:0] row
);
    logic [ADDRESS-1:0] address;
    logic [ROW-1:0] word;

    rounded_sum #(.SUM(SUM), .FRAC(FRAC), .ADDRESS(ADDRESS), .LAST(LAST)) i_whole (.sum(sum), .address(address));
    rom #(.ADDRESS(ADDRESS), .WIDTH(ROW), .FILE(FILE)) i_rom (.address(address), .word(word));

    always_ff @(posedge clk) if (start) row <= word;
endmodule

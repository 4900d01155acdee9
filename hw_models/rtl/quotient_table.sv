// An output from a table of quotients, addressed by {index of the term, column of the sum}; a first table turns a term
// into its index. One cycle.
module quotient_table #(
    parameter int NUMERATOR  = 8,
    parameter int INDEX      = 4,
    parameter int COLUMN     = 6,
    parameter int OUTPUT     = 8,
    parameter     INDEX_FILE = "",
    parameter     FILE       = ""
) (
    input  logic                 clk,
    input  logic                 en,
    input  logic [NUMERATOR-1:0] numerator,
    input  logic [COLUMN-1:0]    row,
    output logic [OUTPUT-1:0]    y
);
    logic [INDEX-1:0] index;
    logic [OUTPUT-1:0] word;

    rom #(.ADDRESS(NUMERATOR), .WIDTH(INDEX), .FILE(INDEX_FILE)) i_index (.address(numerator), .word(index));
    rom #(.ADDRESS(INDEX + COLUMN), .WIDTH(OUTPUT), .FILE(FILE)) i_quotient (.address({index, row}), .word(word));

    always_ff @(posedge clk) if (en) y <= word;
endmodule

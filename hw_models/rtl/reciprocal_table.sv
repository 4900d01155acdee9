// 1 / sum as a reciprocal of its mantissa from a table of 2**INDEX words, and the exponent less FIRST, the least that
// the sum can have. Registers, loaded by `start`.
module reciprocal_table #(
    parameter int SUM        = 16,
    parameter int INDEX      = 7,
    parameter int RECIPROCAL = 16,
    parameter int FIRST      = 0,
    parameter int EXPONENT   = $clog2(SUM),
    parameter     FILE       = ""
) (
    input  logic                           clk,
    input  logic                           start,
    input  logic [SUM-1:0]                 sum,
    output logic [EXPONENT+RECIPROCAL-1:0] row
);
    localparam int PLACE = $clog2(SUM);

    logic [PLACE-1:0] exponent;
    logic [INDEX-1:0] index;
    logic [RECIPROCAL-1:0] word;

    leading_one #(.SUM(SUM), .EXPONENT(PLACE), .FRACTION(INDEX)) i_normalize (
        .sum(sum), .exponent(exponent), .fraction(index)
    );
    rom #(.ADDRESS(INDEX), .WIDTH(RECIPROCAL), .FILE(FILE)) i_rom (.address(index), .word(word));

    always_ff @(posedge clk) if (start) row <= {EXPONENT'(exponent - PLACE'(FIRST)), word};
endmodule

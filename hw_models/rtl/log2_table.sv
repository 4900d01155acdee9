// log2 of a sum of at least 1.0 = 2**SUM_FRAC, in FRAC fraction bits: the exponent, and the mantissa's logarithm from a
// table of 2**INDEX words (up to 1.0). A register, loaded by `start`.
module log2_table #(
    parameter int SUM      = 16,
    parameter int SUM_FRAC = 15,
    parameter int INDEX    = 6,
    parameter int FRAC     = 12,
    parameter int ROW      = 16,
    parameter     FILE     = ""
) (
    input  logic           clk,
    input  logic           start,
    input  logic [SUM-1:0] sum,
    output logic [ROW-1:0] row
);
    localparam int PLACE = $clog2(SUM);

    logic [PLACE-1:0] exponent;
    logic [INDEX-1:0] index;
    logic [FRAC:0] mantissa;

    leading_one #(.SUM(SUM), .EXPONENT(PLACE), .FRACTION(INDEX)) i_normalize (
        .sum(sum), .exponent(exponent), .fraction(index)
    );
    rom #(.ADDRESS(INDEX), .WIDTH(FRAC + 1), .FILE(FILE)) i_rom (.address(index), .word(mantissa));

    always_ff @(posedge clk)
        if (start) row <= ROW'({exponent - PLACE'(SUM_FRAC), {FRAC{1'b0}}}) + ROW'(mantissa);
endmodule

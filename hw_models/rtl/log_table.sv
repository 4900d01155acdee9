// ln of a sum of at least 1.0: the mantissa's logarithm from a table of 2**INDEX words, that of the exponent from another
// one, added. A register, loaded by `start`.
module log_table #(
    parameter int SUM           = 16,
    parameter int INDEX         = 8,
    parameter int MANTISSA      = 12,
    parameter int ROW           = 16,
    parameter     MANTISSA_FILE = "",
    parameter     EXPONENT_FILE = ""
) (
    input  logic           clk,
    input  logic           start,
    input  logic [SUM-1:0] sum,
    output logic [ROW-1:0] row
);
    localparam int PLACE = $clog2(SUM);

    logic [PLACE-1:0] exponent;
    logic [INDEX-1:0] index;
    logic [MANTISSA-1:0] mantissa;
    logic [ROW-1:0] whole;

    leading_one #(.SUM(SUM), .EXPONENT(PLACE), .FRACTION(INDEX)) i_normalize (
        .sum(sum), .exponent(exponent), .fraction(index)
    );
    rom #(.ADDRESS(INDEX), .WIDTH(MANTISSA), .FILE(MANTISSA_FILE)) i_mantissa (.address(index), .word(mantissa));
    rom #(.ADDRESS(PLACE), .WIDTH(ROW), .FILE(EXPONENT_FILE)) i_exponent (.address(exponent), .word(whole));

    always_ff @(posedge clk) if (start) row <= whole + ROW'(mantissa);
endmodule

// A logarithm of a sum of at least 1.0 = 2**SUM_FRAC: {exponent, FRAC bits below the leading one} and a correction from a
// table of 2**INDEX words, times LN2 without its DROP lowest bits (1 and 0: to base 2). A register, loaded by `start`.
module corrected_log #(
    parameter int SUM        = 16,
    parameter int SUM_FRAC   = 15,
    parameter int FRAC       = 12,
    parameter int INDEX      = 6,
    parameter int CORRECTION = 9,
    parameter int LN2        = 1,
    parameter int DROP       = 0,
    parameter int ROW        = 16,
    parameter     FILE       = ""
) (
    input  logic           clk,
    input  logic           start,
    input  logic [SUM-1:0] sum,
    output logic [ROW-1:0] row
);
    localparam int PLACE = $clog2(SUM);
    localparam int FRACTION = FRAC > INDEX ? FRAC : INDEX;
    localparam int BINARY = PLACE + FRAC + 1;
    localparam int WIDE = (ROW + DROP > BINARY ? ROW + DROP : BINARY) + 1;

    logic [PLACE-1:0] exponent;
    /* verilator lint_off UNUSEDSIGNAL */
    logic [FRACTION-1:0] fraction;
    logic [WIDE-1:0] product;
    /* verilator lint_on UNUSEDSIGNAL */
    logic [CORRECTION-1:0] correction;
    logic [BINARY-1:0] binary;

    leading_one #(.SUM(SUM), .EXPONENT(PLACE), .FRACTION(FRACTION)) i_normalize (
        .sum(sum), .exponent(exponent), .fraction(fraction)
    );
    rom #(.ADDRESS(INDEX), .WIDTH(CORRECTION), .FILE(FILE)) i_rom (
        .address(fraction[FRACTION-1-:INDEX]), .word(correction)
    );
    assign binary = BINARY'({exponent - PLACE'(SUM_FRAC), fraction[FRACTION-1-:FRAC]}) + BINARY'(correction);
    assign product = WIDE'(binary) * WIDE'(LN2);

    always_ff @(posedge clk) if (start) row <= product[DROP+:ROW];
endmodule

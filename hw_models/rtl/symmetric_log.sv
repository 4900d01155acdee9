// log2 of a sum of at least 1.0 = 2**SUM_FRAC: {exponent, FRAC bits below the leading one} and a correction from half a
// table (`symmetric_correction`). A register, loaded by `start`.
module symmetric_log #(
    parameter int SUM             = 16,
    parameter int SUM_FRAC        = 15,
    parameter int FRAC            = 12,
    parameter int INDEX           = 8,
    parameter int CORRECTION      = 10,
    parameter bit HALVES          = 1'b1,
    parameter int HALF            = 4,
    parameter int ROW             = 16,
    parameter     FILE            = "",
    parameter     DIFFERENCE_FILE = ""
) (
    input  logic           clk,
    input  logic           start,
    input  logic [SUM-1:0] sum,
    output logic [ROW-1:0] row
);
    localparam int PLACE = $clog2(SUM);

    logic [PLACE-1:0] exponent;
    logic [FRAC-1:0] fraction;
    logic [CORRECTION-1:0] correction;

    leading_one #(.SUM(SUM), .EXPONENT(PLACE), .FRACTION(FRAC)) i_normalize (
        .sum(sum), .exponent(exponent), .fraction(fraction)
    );
    symmetric_correction #(
        .INDEX(INDEX), .WIDTH(CORRECTION), .HALVES(HALVES), .DIFFERENCE(HALF), .FILE(FILE),
        .DIFFERENCE_FILE(DIFFERENCE_FILE)
    ) i_correction (
        .index(fraction[FRAC-1-:INDEX]), .correction(correction)
    );

    always_ff @(posedge clk)
        if (start) row <= ROW'({exponent - PLACE'(SUM_FRAC), fraction}) + ROW'(correction);
endmodule

// An output by Mitchell's division: 2**(log2 numerator - row) with logarithm and power linear within an octave, as FRAC
// fraction bits, at most HIGHEST; a numerator of 0 gives 0. Two cycles: a register after the logarithm, one after the
// shift. The numerator is at most the number whose logarithm is the row.
module mitchell_output #(
    parameter int NUMERATOR = 16,
    parameter int ROW       = 5,
    parameter int FRACTION  = 12,
    parameter int FRAC      = 8,
    parameter int OUTPUT    = 8,
    parameter int HIGHEST   = 255
) (
    input  logic                    clk,
    input  logic                    en,
    input  logic [NUMERATOR-1:0]    numerator,
    input  logic [ROW+FRACTION-1:0] row,
    output logic [OUTPUT-1:0]       y
);
    localparam int PLACE = NUMERATOR > 1 ? $clog2(NUMERATOR) : 1;

    logic [PLACE-1:0] exponent;
    logic [FRACTION-1:0] fraction;
    logic [PLACE+FRACTION-1:0] logarithm;
    logic zero;
    logic [ROW+FRACTION:0] fall;  // how far the numerator's logarithm lies below that of the sum
    logic [OUTPUT-1:0] quotient;

    leading_one #(.SUM(NUMERATOR), .EXPONENT(PLACE), .FRACTION(FRACTION)) i_log (
        .sum(numerator), .exponent(exponent), .fraction(fraction)
    );
    assign fall = {1'b0, row} - (ROW + FRACTION + 1)'(logarithm);
    power_below_one #(.FALL(ROW + FRACTION + 1), .FRACTION(FRACTION), .FRAC(FRAC), .OUTPUT(OUTPUT), .HIGHEST(HIGHEST))
    i_power (
        .fall(fall), .power(quotient)
    );

    always_ff @(posedge clk)
        if (en) begin
            logarithm <= {exponent, fraction};
            zero <= numerator == '0;
            y <= zero ? '0 : quotient;
        end
endmodule

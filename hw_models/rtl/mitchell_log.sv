// log2 of a number that is not 0, linear within an octave: its leading one's position, and the FRACTION bits below it.
// A register, loaded by `start`.
module mitchell_log #(
    parameter int SUM      = 16,
    parameter int FRACTION = 12,
    parameter int EXPONENT = $clog2(SUM)
) (
    input  logic                         clk,
    input  logic                         start,
    input  logic [SUM-1:0]               sum,
    output logic [EXPONENT+FRACTION-1:0] row
);
    logic [EXPONENT-1:0] exponent;
    logic [FRACTION-1:0] fraction;

    leading_one #(.SUM(SUM), .EXPONENT(EXPONENT), .FRACTION(FRACTION)) i_log (
        .sum(sum), .exponent(exponent), .fraction(fraction)
    );

    always_ff @(posedge clk) if (start) row <= {exponent, fraction};
endmodule

// The exponent of the power of two that stands for a sum: that of its leading one, and with ROUNDED one more where the
// bits below the leading one are THRESHOLD or more. Registers, loaded by `start`.
module power_of_two #(
    parameter int             SUM       = 16,
    parameter bit             ROUNDED   = 1'b0,
    parameter logic [SUM-2:0] THRESHOLD = '1,
    parameter int             EXPONENT  = $clog2(SUM + 1)
) (
    input  logic                clk,
    input  logic                start,
    input  logic [SUM-1:0]      sum,
    output logic [EXPONENT-1:0] row
);
    localparam int PLACE = $clog2(SUM);

    logic [PLACE-1:0] exponent;
    logic [SUM-2:0] fraction;
    logic up;

    leading_one #(.SUM(SUM), .EXPONENT(PLACE), .FRACTION(SUM - 1)) i_normalize (
        .sum(sum), .exponent(exponent), .fraction(fraction)
    );
    assign up = ROUNDED && fraction >= THRESHOLD;

    always_ff @(posedge clk) if (start) row <= EXPONENT'(exponent) + EXPONENT'(up);
endmodule

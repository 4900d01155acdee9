// The sum of a row, kept while the outputs are formed, and above it its logarithm as in `mitchell_log`. Registers, loaded by
// `start`.
module sum_and_log #(
    parameter int SUM      = 16,
    parameter int FRACTION = 12,
    parameter int EXPONENT = $clog2(SUM)
) (
    input  logic                             clk,
    input  logic                             start,
    input  logic [SUM-1:0]                   sum,
    output logic [EXPONENT+FRACTION+SUM-1:0] row
);
    held_sum #(.SUM(SUM)) i_sum (.clk(clk), .start(start), .sum(sum), .row(row[SUM-1:0]));
    mitchell_log #(.SUM(SUM), .FRACTION(FRACTION), .EXPONENT(EXPONENT)) i_log (
        .clk(clk), .start(start), .sum(sum), .row(row[EXPONENT+FRACTION+SUM-1:SUM])
    );
endmodule

// The column of a two-dimensional table: the sum rounded to whole units of 2**FRAC, at most LAST. A register, loaded by
// `start`.
module rounded_sum_column #(
    parameter int SUM  = 20,
    parameter int FRAC = 8,
    parameter int ROW  = 6,
    parameter int LAST = 60
) (
    input  logic           clk,
    input  logic           start,
    input  logic [SUM-1:0] sum,
    output logic [ROW-1:0] row
);
    logic [ROW-1:0] column;

    rounded_sum #(.SUM(SUM), .FRAC(FRAC), .ADDRESS(ROW), .LAST(LAST)) i_whole (.sum(sum), .address(column));

    always_ff @(posedge clk) if (start) row <= column;
endmodule

// The sum of a row, kept while the outputs are formed. A register, loaded by `start`.
module held_sum #(
    parameter int SUM = 16
) (
    input  logic           clk,
    input  logic           start,
    input  logic [SUM-1:0] sum,
    output logic [SUM-1:0] row
);
    always_ff @(posedge clk) if (start) row <= sum;
endmodule

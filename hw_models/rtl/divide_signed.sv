// DIVIDEND / sum by `divide_serial`, truncated, for a sum in two's complement: {its sign, the magnitude of the quotient}.
// 1 + WIDTH cycles from `start`, while `sum` is held.
module divide_signed #(
    parameter int               SUM      = 32,
    parameter int               WIDTH    = 31,
    parameter logic [WIDTH-1:0] DIVIDEND = '1
) (
    input  logic             clk,
    input  logic             rst,
    input  logic             en,
    input  logic             start,
    input  logic [SUM-1:0]   sum,
    output logic [WIDTH:0]   row
);
    logic [SUM-1:0] magnitude;
    logic minus;

    assign magnitude = sum[SUM-1] ? -sum : sum;
    divide_serial #(.SUM(SUM), .WIDTH(WIDTH), .DIVIDEND(DIVIDEND)) i_divide (
        .clk(clk), .rst(rst), .en(en), .start(start), .sum(magnitude), .row(row[WIDTH-1:0])
    );
    always_ff @(posedge clk) if (en && start) minus <= sum[SUM-1];
    assign row[WIDTH] = minus;
endmodule

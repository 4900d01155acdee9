// floor(DIVIDEND / sum), one bit a cycle, by restoring division: 1 + WIDTH cycles from `start`, while `sum` is held. A
// sum of 0 leaves ones in all QUOTIENT bits.
module divide_serial #(
    parameter int               SUM      = 16,
    parameter int               WIDTH    = 20,
    parameter logic [WIDTH-1:0] DIVIDEND = '1,
    parameter int               QUOTIENT = WIDTH
) (
    input  logic                clk,
    input  logic                rst,
    input  logic                en,
    input  logic                start,
    input  logic [SUM-1:0]      sum,
    output logic [QUOTIENT-1:0] row
);
    localparam int COUNT = $clog2(WIDTH + 1);

    logic [COUNT-1:0] left;
    logic [SUM-1:0] rest;
    logic [WIDTH-1:0] quotient;
    logic [SUM:0] trial;
    /* verilator lint_off UNUSEDSIGNAL */
    logic [SUM+1:0] difference;  // the top bit says that the divisor does not fit
    /* verilator lint_on UNUSEDSIGNAL */
    logic bit_is_one;

    assign trial = {rest, quotient[WIDTH-1]};
    assign difference = {1'b0, trial} - {2'b0, sum};
    assign bit_is_one = !difference[SUM+1];
    assign row = quotient[QUOTIENT-1:0];

    always_ff @(posedge clk)
        if (rst) left <= '0;
        else if (en) begin
            if (start) begin
                left <= COUNT'(WIDTH);
                rest <= '0;
                quotient <= DIVIDEND;
            end else if (left != '0) begin
                left <= left - 1'b1;
                rest <= bit_is_one ? difference[SUM-1:0] : trial[SUM-1:0];
                quotient <= {quotient[WIDTH-2:0], bit_is_one};
            end
        end
endmodule

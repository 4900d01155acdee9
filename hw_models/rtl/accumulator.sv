// The sum of a row in WIDTH bits, group by group: the sum so far, divided by 2**shift, and the group's total without
// its DROP lowest bits. What does not fit saturates or wraps.
module accumulator #(
    parameter int WIDTH    = 16,
    parameter int TOTAL    = 10,
    parameter int SHIFT    = 1,
    parameter int DROP     = 0,
    parameter bit SATURATE = 1'b1
) (
    input  logic             clk,
    input  logic             step,
    input  logic             first,
    input  logic [SHIFT-1:0] shift,
    input  logic [TOTAL-1:0] total,
    output logic [WIDTH-1:0] sum
);
    localparam int WIDE = (TOTAL - DROP > WIDTH ? TOTAL - DROP : WIDTH) + 1;

    logic [WIDTH-1:0] so_far;
    logic [WIDE-1:0] exact;

    assign so_far = first ? '0 : sum >> shift;
    assign exact = WIDE'(so_far) + WIDE'(total >> DROP);

    always_ff @(posedge clk)
        if (step) sum <= SATURATE && exact[WIDE-1:WIDTH] != '0 ? '1 : exact[WIDTH-1:0];
endmodule

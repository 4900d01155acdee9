// The sum of INPUTS streams divided by SCALE: what is left over of the ones is kept, and whenever it reaches SCALE the
// output is 1 and SCALE is taken off. The output is decided after the addition of the same cycle.
module sc_carry_accumulator #(
    parameter int INPUTS = 4,
    parameter int SCALE  = 4,
    parameter int HELD   = $clog2(SCALE + INPUTS)  // bits of what is kept; with more inputs than SCALE it grows
) (
    input  logic              clk,
    input  logic              restart,
    input  logic              step,
    input  logic [INPUTS-1:0] x,
    output logic              y
);
    localparam int ONES = $clog2(INPUTS + 1);

    logic [HELD-1:0] held, sum;
    logic [ONES-1:0] ones;

    sc_parallel_counter #(.INPUTS(INPUTS)) i_ones (.x(x), .ones(ones));
    assign sum = held + HELD'(ones);
    assign y = sum >= HELD'(SCALE);

    always_ff @(posedge clk)
        if (restart) held <= '0;
        else if (step) held <= y ? sum - HELD'(SCALE) : sum;
endmodule

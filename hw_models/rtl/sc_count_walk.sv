// The same for an integral stream: the state moves by twice the ones among INPUTS bits less INPUTS, and stays within
// its ends.
module sc_count_walk #(
    parameter int INPUTS = 4,
    parameter int STATES = 64,
    parameter int START  = 32,
    parameter int FROM   = 0,
    parameter int BELOW  = 60
) (
    input  logic              clk,
    input  logic              restart,
    input  logic              step,
    input  logic [INPUTS-1:0] x,
    output logic              y
);
    localparam int BITS = $clog2(STATES), ONES = $clog2(INPUTS + 1);
    localparam int WIDE = (BITS > ONES + 1 ? BITS : ONES + 1) + 1;

    logic [BITS-1:0] state;
    logic [ONES-1:0] ones;
    /* verilator lint_off UNUSEDSIGNAL */
    logic [WIDE-1:0] up, moved;  // after the ones, and after what is taken off
    /* verilator lint_on UNUSEDSIGNAL */

    sc_parallel_counter #(.INPUTS(INPUTS)) i_ones (.x(x), .ones(ones));
    assign up = WIDE'(state) + WIDE'({ones, 1'b0});
    assign moved = up < WIDE'(INPUTS) ? '0 : up - WIDE'(INPUTS);

    sc_state_range #(.STATES(STATES), .FROM(FROM), .BELOW(BELOW)) i_range (.state(state), .y(y));

    always_ff @(posedge clk)
        if (restart) state <= BITS'(START);
        else if (step) state <= moved > WIDE'(STATES - 1) ? BITS'(STATES - 1) : moved[BITS-1:0];
endmodule

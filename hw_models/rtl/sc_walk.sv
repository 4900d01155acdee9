// A state machine that walks up on 1 and down on 0 and stays at its ends; the output is 1 in the states from FROM to
// BELOW - 1. stanh: the upper half; sexp: all but the upper states. Output from the present state, then the step.
module sc_walk #(
    parameter int STATES = 32,
    parameter int START  = 16,
    parameter int FROM   = 0,
    parameter int BELOW  = 30
) (
    input  logic clk,
    input  logic restart,
    input  logic step,
    input  logic x,
    output logic y
);
    localparam int BITS = $clog2(STATES);
    localparam logic [BITS-1:0] TOP = BITS'(STATES - 1);

    logic [BITS-1:0] state;

    sc_state_range #(.STATES(STATES), .FROM(FROM), .BELOW(BELOW)) i_range (.state(state), .y(y));

    always_ff @(posedge clk)
        if (restart) state <= BITS'(START);
        else if (step)
            if (x) state <= state == TOP ? state : state + 1'b1;
            else state <= state == '0 ? state : state - 1'b1;
endmodule

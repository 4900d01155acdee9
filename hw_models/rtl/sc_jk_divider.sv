// A JK flip-flop: its rate of ones is j / (j + k). The output is the present state.
module sc_jk_divider #(
    parameter bit START = 1'b0
) (
    input  logic clk,
    input  logic restart,
    input  logic step,
    input  logic j,
    input  logic k,
    output logic y
);
    always_ff @(posedge clk)
        if (restart) y <= START;
        else if (step) y <= (j && !y) || (!k && y);
endmodule

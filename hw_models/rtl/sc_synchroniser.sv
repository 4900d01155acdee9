// The skewed synchroniser: it moves the ones of x into the cycles in which `partner` is 1. A counter of DEPTH bits holds
// those that came without one; it starts at 0.
module sc_synchroniser #(
    parameter int DEPTH = 2
) (
    input  logic clk,
    input  logic restart,
    input  logic step,
    input  logic x,
    input  logic partner,
    output logic y
);
    logic [DEPTH-1:0] held;
    logic full, empty;

    assign full = &held;
    assign empty = held == '0;
    assign y = x == partner ? x : x ? full : !empty;

    always_ff @(posedge clk)
        if (restart) held <= '0;
        else if (step)
            if (x && !partner && !full) held <= held + 1'b1;
            else if (!x && partner && !empty) held <= held - 1'b1;
endmodule

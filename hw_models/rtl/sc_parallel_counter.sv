// The ones among INPUTS streams in a cycle: an adder tree of single bits.
module sc_parallel_counter #(
    parameter int INPUTS = 4,
    parameter int ONES   = $clog2(INPUTS + 1)
) (
    input  logic [INPUTS-1:0] x,
    output logic [ONES-1:0]   ones
);
    /* verilator lint_off UNUSEDSIGNAL */
    logic [$clog2(INPUTS):0] total;
    /* verilator lint_on UNUSEDSIGNAL */

    adder_tree #(.N(INPUTS), .WIDTH(1)) i_tree (.terms(x), .total(total));
    assign ones = total[ONES-1:0];
endmodule

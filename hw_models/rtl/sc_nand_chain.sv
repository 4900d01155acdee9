// exp(-x) as 1 - x (1 - x/2 (1 - x/3 (...))): a chain of ORDER NAND gates. `constants`: streams of 1/ORDER ... 1/2, the
// first in the lowest bit; each gate reads x one cycle later than the one before it. The delays restart at 0.
module sc_nand_chain #(
    parameter int ORDER = 5
) (
    input  logic             clk,
    input  logic             restart,
    input  logic             step,
    input  logic             x,
    input  logic [ORDER-2:0] constants,
    output logic             y
);
    logic [ORDER-2:0] past;     // x of the cycles before, the last one in the lowest bit
    logic [ORDER-1:0] delayed;
    logic [ORDER-1:0] chain;

    generate
        for (genvar k = 0; k < ORDER; k++) begin : g_gate
            logic before_it, factor;
            if (k == 0) begin : g_first
                assign before_it = 1'b1;
            end else begin : g_next
                assign before_it = chain[k-1];
            end
            if (k < ORDER - 1) begin : g_constant
                assign factor = constants[k];
            end else begin : g_last
                assign factor = 1'b1;
            end
            assign chain[k] = !(before_it && factor && delayed[k]);
        end
    endgenerate
    assign y = chain[ORDER-1];

    assign delayed = {past, x};
    always_ff @(posedge clk)
        if (restart) past <= '0;
        else if (step) past <= delayed[ORDER-2:0];
endmodule

// CORDIV: the numerator where the denominator is 1, else one of the last DEPTH outputs, which `select` chooses. Outputs
// are kept where the denominator is 1, or ALWAYS. The history restarts as 0, 1, 0, 1 ... from the newest.
module sc_cordiv #(
    parameter int DEPTH  = 1,
    parameter bit ALWAYS = 1'b0,
    parameter int SELECT = DEPTH > 1 ? $clog2(DEPTH) : 1
) (
    input  logic              clk,
    input  logic              restart,
    input  logic              step,
    input  logic              numerator,
    input  logic              denominator,
    input  logic [SELECT-1:0] select,
    output logic              y
);
    logic [DEPTH-1:0] history;

    generate
        if (DEPTH == 1) begin : g_one
            /* verilator lint_off UNUSEDSIGNAL */
            logic [SELECT-1:0] unused;
            /* verilator lint_on UNUSEDSIGNAL */
            assign unused = select;
            assign y = denominator ? numerator : history[0];
            always_ff @(posedge clk)
                if (restart) history <= '0;
                else if (step && (denominator || ALWAYS)) history <= y;
        end else begin : g_more
            assign y = denominator ? numerator : history[select];
            always_ff @(posedge clk)
                if (restart) history <= {DEPTH / 2{2'b10}};
                else if (step && (denominator || ALWAYS)) history <= {history[DEPTH-2:0], y};
        end
    endgenerate
endmodule

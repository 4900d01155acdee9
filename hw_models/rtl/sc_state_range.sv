// 1 in the states from FROM to BELOW - 1 of a machine.
module sc_state_range #(
    parameter int STATES = 32,
    parameter int FROM   = 0,
    parameter int BELOW  = 30,
    parameter int BITS   = $clog2(STATES)
) (
    input  logic [BITS-1:0] state,
    output logic            y
);
    generate
        if (FROM == 0 && BELOW == STATES) begin : g_all
            /* verilator lint_off UNUSEDSIGNAL */
            logic [BITS-1:0] unread;
            /* verilator lint_on UNUSEDSIGNAL */
            assign unread = state;
            assign y = 1'b1;
        end else if (FROM == 0) begin : g_lower
            assign y = {1'b0, state} < (BITS + 1)'(BELOW);
        end else if (BELOW == STATES) begin : g_upper
            assign y = {1'b0, state} >= (BITS + 1)'(FROM);
        end else begin : g_inner
            assign y = {1'b0, state} >= (BITS + 1)'(FROM) && {1'b0, state} < (BITS + 1)'(BELOW);
        end
    endgenerate
endmodule

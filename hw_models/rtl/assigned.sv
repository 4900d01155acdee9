// A number that is not negative as a code of a fixed-point type: without its DROP lowest bits (with zeros appended where
// that is negative), ROUNDED halves up or truncated, at most HIGHEST or its KEPT lowest bits. Combinational.
module assigned #(
    parameter int WIDTH    = 18,
    parameter int DROP     = 0,
    parameter bit ROUNDED  = 1'b0,
    parameter int KEPT     = 18,
    parameter bit SATURATE = 1'b0,
    parameter logic [KEPT-1:0] HIGHEST = '1
) (
    input  logic [WIDTH-1:0] exact,
    output logic [KEPT-1:0]  code
);
    localparam int LEFT = DROP < 0 ? -DROP : 0;
    localparam int RIGHT = DROP > 0 ? DROP : 0;
    localparam int FULL = (WIDTH + LEFT > RIGHT ? WIDTH + LEFT : RIGHT) + 1;
    localparam int WIDE = (FULL - RIGHT > KEPT ? FULL - RIGHT : KEPT) + 1;

    /* verilator lint_off UNUSEDSIGNAL */
    logic [FULL-1:0] aligned;
    logic [WIDE-1:0] rounded;
    /* verilator lint_on UNUSEDSIGNAL */

    assign aligned = FULL'(exact) << LEFT;
    generate
        if (ROUNDED && RIGHT > 0) begin : g_nearest
            assign rounded = WIDE'(aligned[FULL-1:RIGHT]) + WIDE'(aligned[RIGHT-1]);
        end else begin : g_truncated
            assign rounded = WIDE'(aligned[FULL-1:RIGHT]);
        end
    endgenerate
    assign code = SATURATE && rounded > WIDE'(HIGHEST) ? HIGHEST : rounded[KEPT-1:0];
endmodule

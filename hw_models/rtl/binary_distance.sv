// A distance x as the exponent -x of 2: FRAC fraction bits, and `down`, the octaves to shift right by. That of e**-x is
// multiplied by LOG2E first, which takes a cycle; LOG2E = 0 is for 2**-x. SIGNED distances may lie above the reference
// by less than one octave. BINARY is at least FRAC and, without LOG2E, DIFFERENCE.
module binary_distance #(
    parameter int DIFFERENCE = 8,
    parameter bit SIGNED     = 1'b0,
    parameter int LOG2E      = 0,
    parameter int DROP       = 0,
    parameter int APPEND     = 0,
    parameter int BINARY     = 8,
    parameter int FRAC       = 4
) (
    /* verilator lint_off UNUSEDSIGNAL */
    input  logic                   clk,
    input  logic                   en,
    /* verilator lint_on UNUSEDSIGNAL */
    input  logic [DIFFERENCE-1:0]  difference,
    output logic [FRAC-1:0]        fraction,
    output logic [BINARY-FRAC:0]   down
);
    logic [BINARY:0] distance, exponent;  // in two's complement

    generate
        if (LOG2E != 0) begin : g_natural
            times_log2e #(
                .DIFFERENCE(DIFFERENCE), .LOG2E(LOG2E), .DROP(DROP), .APPEND(APPEND), .BINARY(BINARY)
            ) i_log2e (
                .clk(clk), .en(en), .difference(difference), .binary(distance[BINARY-1:0])
            );
            assign distance[BINARY] = 1'b0;
        end else begin : g_binary
            assign distance = {{(BINARY + 1 - DIFFERENCE) {SIGNED && difference[DIFFERENCE-1]}}, difference};
        end
    endgenerate

    assign exponent = -distance;
    assign fraction = exponent[FRAC-1:0];
    assign down = -exponent[BINARY:FRAC];
endmodule

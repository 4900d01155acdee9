// A distance times log2(e): LOG2E * x without its DROP lowest bits, halves rounded up, or with APPEND zeros. One cycle.
module times_log2e #(
    parameter int DIFFERENCE = 8,
    parameter int LOG2E      = 23637,
    parameter int DROP       = 6,
    parameter int APPEND     = 0,
    parameter int BINARY     = 17
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic [DIFFERENCE-1:0] difference,
    output logic [BINARY-1:0]     binary
);
    localparam int WIDE = BINARY + DROP + 1;

    /* verilator lint_off UNUSEDSIGNAL */
    logic [WIDE-1:0] product;
    /* verilator lint_on UNUSEDSIGNAL */

    generate
        if (DROP > 0) begin : g_rounded
            assign product = WIDE'(difference) * WIDE'(LOG2E) + (WIDE'(1) << (DROP - 1));
        end else begin : g_exact
            assign product = (WIDE'(difference) * WIDE'(LOG2E)) << APPEND;
        end
    endgenerate

    always_ff @(posedge clk) if (en) binary <= product[DROP+:BINARY];
endmodule

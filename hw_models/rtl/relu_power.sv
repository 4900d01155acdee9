// max(x, 0)**POWER of a signed code, without its DROP lowest bits (with zeros appended where that is negative). One cycle.
module relu_power #(
    parameter int DIFFERENCE = 8,
    parameter int POWER      = 1,
    parameter int DROP       = -4,
    parameter int VALUE      = 11
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic [DIFFERENCE-1:0] difference,  // the code
    output logic [VALUE-1:0]      value
);
    localparam int LEFT = DROP < 0 ? -DROP : 0;
    localparam int RIGHT = DROP > 0 ? DROP : 0;
    localparam int MAGNITUDE = DIFFERENCE - 1;
    localparam int EXACT = POWER * MAGNITUDE + LEFT > VALUE + RIGHT ? POWER * MAGNITUDE + LEFT : VALUE + RIGHT;

    logic [MAGNITUDE-1:0] positive;
    /* verilator lint_off UNUSEDSIGNAL */
    logic [EXACT-1:0] exact;
    /* verilator lint_on UNUSEDSIGNAL */

    assign positive = difference[DIFFERENCE-1] ? '0 : difference[MAGNITUDE-1:0];

    generate
        for (genvar factor = 1; factor <= POWER; factor++) begin : g_power
            logic [factor*MAGNITUDE-1:0] product;
            if (factor == 1) begin : g_first
                assign product = positive;
            end else begin : g_next
                assign product = (factor * MAGNITUDE)'(g_power[factor-1].product) * (factor * MAGNITUDE)'(positive);
            end
        end
    endgenerate
    assign exact = EXACT'(g_power[POWER].product) << LEFT;

    always_ff @(posedge clk) if (en) value <= exact[RIGHT+:VALUE];
endmodule

// The maximum of a row of unsigned codes, found in a sweep of its own and rounded to a multiple of 2**UNIT_BITS.
module row_maximum #(
    parameter int LANES     = 4,
    parameter int CODE      = 8,
    parameter int UNIT_BITS = 0,
    parameter bit CEIL      = 1'b0,
    parameter int REFERENCE = CODE + (CEIL && UNIT_BITS > 0 ? 1 : 0)
) (
    input  logic                  clk,
    input  logic                  step,
    input  logic                  first,
    input  logic [LANES-1:0]      live,
    input  logic [LANES*CODE-1:0] codes,
    output logic [REFERENCE-1:0]  reference_code
);
    logic [LANES*CODE-1:0] counted;
    logic [CODE-1:0] group, maximum;

    generate
        for (genvar lane = 0; lane < LANES; lane++) begin : g_counted
            assign counted[lane*CODE+:CODE] = live[lane] ? codes[lane*CODE+:CODE] : '0;
        end
    endgenerate

    max_tree #(.N(LANES), .WIDTH(CODE)) i_tree (.codes(counted), .maximum(group));

    always_ff @(posedge clk) if (step) maximum <= first || group > maximum ? group : maximum;

    generate
        if (UNIT_BITS == 0) begin : g_exact
            assign reference_code = maximum;
        end else begin : g_rounded
            localparam logic [REFERENCE-1:0] BELOW = REFERENCE'((1 << UNIT_BITS) - 1);
            localparam logic [REFERENCE-1:0] UP = CEIL ? BELOW : '0;
            assign reference_code = (REFERENCE'(maximum) + UP) & ~BELOW;
        end
    endgenerate
endmodule

// A straight line in place of the exponential: INTERCEPT - SLOPE * x, of distances up to CLIP. One cycle.
module clipped_line #(
    parameter int DIFFERENCE = 8,
    parameter int CLIP       = 40,
    parameter int SLOPE      = 3,
    parameter int INTERCEPT  = 127,
    parameter int VALUE      = 7
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic [DIFFERENCE-1:0] difference,
    output logic [VALUE-1:0]      value
);
    localparam int CLIPPED = $clog2(CLIP + 1);
    localparam int WIDE = (CLIPPED > DIFFERENCE ? CLIPPED : DIFFERENCE) + 1;

    logic [CLIPPED-1:0] clipped;

    assign clipped = WIDE'(difference) > WIDE'(CLIP) ? CLIPPED'(CLIP) : CLIPPED'(difference);

    always_ff @(posedge clk) if (en) value <= VALUE'(INTERCEPT) - VALUE'(clipped) * VALUE'(SLOPE);
endmodule

// 1 + x + x**2 / 2 as ((x + 1)**2 + 1) / 2, of a code x with FRAC fraction bits that is at least -1: without its DROP lowest
// bits (with zeros appended where that is negative). One cycle.
module taylor_square #(
    parameter int DIFFERENCE = 8,
    parameter bit SIGNED     = 1'b1,
    parameter int FRAC       = 4,
    parameter int DROP       = 0,
    parameter int VALUE      = 15
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic [DIFFERENCE-1:0] difference,  // the code
    output logic [VALUE-1:0]      value
);
    localparam int LEFT = DROP < 0 ? -DROP : 0;
    localparam int RIGHT = DROP > 0 ? DROP : 0;
    localparam int WIDTH = (DIFFERENCE > FRAC + 1 ? DIFFERENCE : FRAC + 1) + 2;
    localparam int SQUARE = 2 * WIDTH;
    localparam int EXACT = SQUARE + LEFT > VALUE + RIGHT ? SQUARE + LEFT : VALUE + RIGHT;

    logic [WIDTH-1:0] above, clamped;
    logic [SQUARE-1:0] twice;
    /* verilator lint_off UNUSEDSIGNAL */
    logic [EXACT-1:0] exact;
    /* verilator lint_on UNUSEDSIGNAL */

    assign above = {{(WIDTH - DIFFERENCE) {SIGNED && difference[DIFFERENCE-1]}}, difference} + WIDTH'(1 << FRAC);
    assign clamped = above[WIDTH-1] ? '0 : above;
    assign twice = SQUARE'(clamped) * SQUARE'(clamped) + (SQUARE'(1) << (2 * FRAC));
    assign exact = EXACT'(twice) << LEFT;

    always_ff @(posedge clk) if (en) value <= exact[RIGHT+:VALUE];
endmodule

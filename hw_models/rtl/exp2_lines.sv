// 2**-x or e**-x of a distance (`binary_distance`): 2**f of the fraction by 2**PIECE equal lines, and a shift.
//
// A word of the table is {start, slope}; a single line is given by FIRST, its word. The rise, slope * offset, loses DROPPED
// bits (or gains, where that is negative), the sum of WIDTH bits loses GUARD more, and is CLIPPED to TOP where a line
// can pass it. One cycle, and one for LOG2E.
module exp2_lines #(
    parameter int DIFFERENCE = 8,
    parameter bit SIGNED     = 1'b0,
    parameter int LOG2E      = 0,
    parameter int DROP       = 0,
    parameter int APPEND     = 0,
    parameter int BINARY     = 8,
    parameter int FRAC       = 4,
    parameter int PIECE      = 2,
    parameter int START      = 19,
    parameter int SLOPE      = 9,
    parameter int DROPPED    = -5,
    parameter int GUARD      = 2,
    parameter int WIDTH      = 19,
    parameter bit CLIPPED    = 1'b0,
    parameter int TOP        = 65536,
    parameter int VALUE      = 16,
    parameter logic [START+SLOPE-1:0] FIRST = '0,
    parameter     FILE       = ""
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic [DIFFERENCE-1:0] difference,
    output logic [VALUE-1:0]      value
);
    localparam int OFFSET = FRAC - PIECE;
    localparam int LEFT = DROPPED < 0 ? -DROPPED : 0;
    localparam int RIGHT = DROPPED > 0 ? DROPPED : 0;
    localparam int MANTISSA = WIDTH - GUARD;
    localparam int PRODUCT = SLOPE + OFFSET + LEFT > WIDTH + RIGHT ? SLOPE + OFFSET + LEFT : WIDTH + RIGHT;

    logic [FRAC-1:0] fraction;
    logic [BINARY-FRAC:0] down;
    logic [START-1:0] start;
    /* verilator lint_off UNUSEDSIGNAL */
    logic [SLOPE-1:0] slope;
    logic [WIDTH-1:0] sum;
    /* verilator lint_on UNUSEDSIGNAL */
    logic [MANTISSA-1:0] mantissa;

    binary_distance #(
        .DIFFERENCE(DIFFERENCE), .SIGNED(SIGNED), .LOG2E(LOG2E), .DROP(DROP), .APPEND(APPEND), .BINARY(BINARY),
        .FRAC(FRAC)
    ) i_distance (
        .clk(clk), .en(en), .difference(difference), .fraction(fraction), .down(down)
    );

    generate
        if (PIECE == 0) begin : g_single
            assign {start, slope} = FIRST;
        end else begin : g_table
            rom #(.ADDRESS(PIECE), .WIDTH(START + SLOPE), .FILE(FILE)) i_rom (
                .address(fraction[FRAC-1:OFFSET]), .word({start, slope})
            );
        end
        if (OFFSET == 0) begin : g_starts
            assign sum = WIDTH'(start);
        end else begin : g_slopes
            /* verilator lint_off UNUSEDSIGNAL */
            logic [PRODUCT-1:0] product;
            /* verilator lint_on UNUSEDSIGNAL */
            assign product = (PRODUCT'(slope) * PRODUCT'(fraction[OFFSET-1:0])) << LEFT;
            assign sum = WIDTH'(start) + product[RIGHT+:WIDTH];
        end
    endgenerate
    assign mantissa = CLIPPED && sum[WIDTH-1:GUARD] > MANTISSA'(TOP) ? MANTISSA'(TOP) : sum[WIDTH-1:GUARD];

    always_ff @(posedge clk) if (en) value <= VALUE'(mantissa >> down);
endmodule

// 2**-x of a distance by four chords of the fraction: slope * fraction + intercept, the slope times all of it, shifted
// right by the octaves. A word of the table is {intercept, slope}. SIGNED distances may lie above the reference by less
// than one octave. Four cycles: a register after product, sum and shift, and one behind them.
module exp2_wide_chords #(
    parameter int DIFFERENCE = 9,
    parameter bit SIGNED     = 1'b1,
    parameter int FRAC       = 4,
    parameter int SLOPE      = 16,
    parameter int VALUE      = 16,
    parameter     FILE       = ""
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic [DIFFERENCE-1:0] difference,
    output logic [VALUE-1:0]      value
);
    localparam int BINARY = DIFFERENCE > FRAC ? DIFFERENCE : FRAC;
    localparam int DOWN = BINARY - FRAC + 1;
    localparam int WIDE = FRAC + VALUE + 1;

    logic [FRAC-1:0] fraction;
    logic [DOWN-1:0] down, down_1, down_2;
    logic [WIDE-1:0] intercept, intercept_1;
    logic [SLOPE-1:0] slope;
    logic [FRAC+SLOPE-1:0] product;
    /* verilator lint_off UNUSEDSIGNAL */
    logic [WIDE-1:0] sum;
    /* verilator lint_on UNUSEDSIGNAL */
    logic [VALUE-1:0] shifted;

    binary_distance #(.DIFFERENCE(DIFFERENCE), .SIGNED(SIGNED), .BINARY(BINARY), .FRAC(FRAC)) i_distance (
        .clk(clk), .en(en), .difference(difference), .fraction(fraction), .down(down)
    );
    rom #(.ADDRESS(2), .WIDTH(WIDE + SLOPE), .FILE(FILE)) i_rom (
        .address(fraction[FRAC-1-:2]), .word({intercept, slope})
    );

    always_ff @(posedge clk)
        if (en) begin
            product <= (FRAC + SLOPE)'(slope) * (FRAC + SLOPE)'(fraction);
            intercept_1 <= intercept;
            down_1 <= down;
            sum <= WIDE'(product) + intercept_1;
            down_2 <= down_1;
            shifted <= sum[WIDE-1:FRAC+1] >> down_2;
            value <= shifted;
        end
endmodule

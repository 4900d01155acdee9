// 2**-x for a distance with FRAC fraction bits: 2**f of the fraction by chords, and a shift by the integer part.
//
// The first PIECE bits of f select a word {end of the chord, its rise}, the other OFFSET bits are the way along it.
// Without PIECE bits the one chord is 1 + f, which is wiring. SIGNED distances may lie above the reference by less than
// one. 1.0 is 2**ONE_FRAC. One cycle.
module exp2_chords #(
    parameter int DIFFERENCE = 9,
    parameter bit SIGNED     = 1'b0,
    parameter int PIECE      = 2,
    parameter int OFFSET     = 0,
    parameter int RISE       = 0,
    parameter int ONE_FRAC   = 15,
    parameter     FILE       = ""
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic [DIFFERENCE-1:0] difference,
    output logic [ONE_FRAC:0]     value
);
    localparam int FRAC = PIECE + OFFSET;
    localparam int INTEGER = DIFFERENCE + 1 - FRAC;

    logic [DIFFERENCE:0] exponent;  // of 2, in two's complement
    logic [INTEGER-1:0] down;
    logic [ONE_FRAC:0] mantissa;

    assign exponent = -{SIGNED && difference[DIFFERENCE-1], difference};
    assign down = -exponent[DIFFERENCE:FRAC];

    generate
        if (FRAC == 0) begin : g_power
            assign mantissa = {1'b1, {ONE_FRAC{1'b0}}};
        end else if (PIECE == 0) begin : g_line
            /* verilator lint_off UNUSEDSIGNAL */
            logic [ONE_FRAC+FRAC-1:0] fraction;
            /* verilator lint_on UNUSEDSIGNAL */
            assign fraction = {exponent[FRAC-1:0], {ONE_FRAC{1'b0}}};
            assign mantissa = {1'b1, fraction[ONE_FRAC+FRAC-1:FRAC]};
        end else if (OFFSET == 0) begin : g_table
            rom #(.ADDRESS(PIECE), .WIDTH(ONE_FRAC + 1), .FILE(FILE)) i_rom (
                .address(exponent[FRAC-1:0]), .word(mantissa)
            );
        end else begin : g_chords
            logic [ONE_FRAC:0] left;
            logic [RISE-1:0] rise;
            /* verilator lint_off UNUSEDSIGNAL */
            logic [RISE+OFFSET-1:0] product;
            /* verilator lint_on UNUSEDSIGNAL */
            rom #(.ADDRESS(PIECE), .WIDTH(ONE_FRAC + 1 + RISE), .FILE(FILE)) i_rom (
                .address(exponent[FRAC-1:OFFSET]), .word({left, rise})
            );
            assign product = (RISE + OFFSET)'(rise) * (RISE + OFFSET)'(exponent[OFFSET-1:0]);
            assign mantissa = left + (ONE_FRAC + 1)'(product[RISE+OFFSET-1:OFFSET]);
        end
    endgenerate

    always_ff @(posedge clk) if (en) value <= mantissa >> down;
endmodule

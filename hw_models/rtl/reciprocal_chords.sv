// 1 / sum as a reciprocal of its mantissa by 2**PIECE chords, and the exponent less FIRST, the least that the sum can
// have. A word of the table is {intercept, slope}, both with GUARD bits more than the result. Registers, loaded by
// `start`.
module reciprocal_chords #(
    parameter int SUM        = 16,
    parameter int PIECE      = 3,
    parameter int OFFSET     = 8,
    parameter int GUARD      = 2,
    parameter int SLOPE      = 6,
    parameter int RECIPROCAL = 8,
    parameter int FIRST      = 0,
    parameter int EXPONENT   = $clog2(SUM),
    parameter     FILE       = ""
) (
    input  logic                           clk,
    input  logic                           start,
    input  logic [SUM-1:0]                 sum,
    output logic [EXPONENT+RECIPROCAL-1:0] row
);
    localparam int PLACE = $clog2(SUM);
    localparam int ADDRESS = PIECE > 0 ? PIECE : 1;
    localparam int EXACT = RECIPROCAL + GUARD + OFFSET;

    logic [PLACE-1:0] exponent;
    logic [PIECE+OFFSET-1:0] fraction;
    logic [ADDRESS-1:0] piece;
    logic [RECIPROCAL+GUARD-1:0] intercept;
    logic [SLOPE-1:0] slope;
    /* verilator lint_off UNUSEDSIGNAL */
    logic [EXACT-1:0] exact;
    /* verilator lint_on UNUSEDSIGNAL */

    leading_one #(.SUM(SUM), .EXPONENT(PLACE), .FRACTION(PIECE + OFFSET)) i_normalize (
        .sum(sum), .exponent(exponent), .fraction(fraction)
    );
    generate
        if (PIECE > 0) begin : g_pieces
            assign piece = fraction[PIECE+OFFSET-1:OFFSET];
        end else begin : g_line
            assign piece = '0;
        end
    endgenerate
    rom #(.ADDRESS(ADDRESS), .WIDTH(RECIPROCAL + GUARD + SLOPE), .FILE(FILE)) i_rom (
        .address(piece), .word({intercept, slope})
    );
    assign exact = {intercept, {OFFSET{1'b0}}} - EXACT'(slope) * EXACT'(fraction[OFFSET-1:0]);

    always_ff @(posedge clk)
        if (start) row <= {EXPONENT'(exponent - PLACE'(FIRST)), exact[EXACT-1:OFFSET+GUARD]};
endmodule

// x * log2(e) as x + x/2 - x/16, a whole number of at most 15, of a distance x with FRAC fraction bits. The halves are
// those of -x in two's complement, rounded down. ROUNDED: to the nearest, ties up. Combinational.
module log2_code #(
    parameter int DIFFERENCE = 8,
    parameter int FRAC       = 4,
    parameter bit ROUNDED    = 1'b1
) (
    input  logic [DIFFERENCE-1:0] difference,
    output logic [3:0]            code
);
    localparam int WIDE = (DIFFERENCE > FRAC + 4 ? DIFFERENCE : FRAC + 4) + 2;

    logic signed [WIDE-1:0] x;
    /* verilator lint_off UNUSEDSIGNAL */
    logic [WIDE-1:0] scaled;
    /* verilator lint_on UNUSEDSIGNAL */
    logic [WIDE-FRAC-1:0] whole;

    assign x = WIDE'(0) - WIDE'(difference);
    assign scaled = -(x + (x >>> 1) - (x >>> 4));

    generate
        if (ROUNDED && FRAC > 0) begin : g_nearest
            assign whole = scaled[WIDE-1:FRAC] + (WIDE - FRAC)'(scaled[FRAC-1]);
        end else begin : g_floor
            assign whole = scaled[WIDE-1:FRAC];
        end
    endgenerate

    assign code = whole > (WIDE - FRAC)'(15) ? 4'd15 : whole[3:0];
endmodule

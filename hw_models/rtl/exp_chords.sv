// e**-x by 2**PIECE equal chords on a domain of 2**(PIECE + OFFSET) steps, constant (LAST) beyond it. A word of the
// table is {left end of the chord, its fall}. One cycle.
module exp_chords #(
    parameter int DIFFERENCE = 11,
    parameter int PIECE      = 4,
    parameter int OFFSET     = 5,
    parameter int FALL       = 9,
    parameter int ONE_FRAC   = 10,
    parameter int LAST       = 0,
    parameter     FILE       = ""
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic [DIFFERENCE-1:0] difference,
    output logic [ONE_FRAC:0]     value
);
    localparam int DOMAIN = PIECE + OFFSET;

    logic [DOMAIN-1:0] distance;
    logic beyond;
    logic [ONE_FRAC:0] left, chord;
    logic [FALL-1:0] fall;

    generate
        if (DIFFERENCE > DOMAIN) begin : g_bounded
            assign beyond = difference[DIFFERENCE-1:DOMAIN] != '0;
            assign distance = difference[DOMAIN-1:0];
        end else begin : g_whole
            assign beyond = 1'b0;
            assign distance = DOMAIN'(difference);
        end
    endgenerate

    rom #(.ADDRESS(PIECE), .WIDTH(ONE_FRAC + 1 + FALL), .FILE(FILE)) i_rom (
        .address(distance[DOMAIN-1:OFFSET]), .word({left, fall})
    );

    generate
        if (OFFSET == 0) begin : g_ends
            /* verilator lint_off UNUSEDSIGNAL */
            logic [FALL-1:0] unused;
            /* verilator lint_on UNUSEDSIGNAL */
            assign unused = fall;
            assign chord = left;
        end else begin : g_slope
            /* verilator lint_off UNUSEDSIGNAL */
            logic [FALL+OFFSET-1:0] product;
            /* verilator lint_on UNUSEDSIGNAL */
            assign product = (FALL + OFFSET)'(fall) * (FALL + OFFSET)'(distance[OFFSET-1:0]);
            assign chord = left - (ONE_FRAC + 1)'(product[FALL+OFFSET-1:OFFSET]);
        end
    endgenerate

    always_ff @(posedge clk) if (en) value <= beyond ? (ONE_FRAC + 1)'(LAST) : chord;
endmodule

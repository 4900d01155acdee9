// e**-x by 2**PIECE equal chords on a domain of 2**(PIECE + OFFSET) steps, constant (LAST) beyond it. A word of the
// table is {left end of the chord, its fall}. One cycle; PIPELINED: two, with a register after the multiplication.
module exp_chords #(
    parameter int DIFFERENCE = 11,
    parameter int PIECE      = 4,
    parameter int OFFSET     = 5,
    parameter int FALL       = 9,
    parameter int ONE_FRAC   = 10,
    parameter int LAST       = 0,
    parameter bit PIPELINED  = 1'b0,
    parameter     FILE       = ""
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic [DIFFERENCE-1:0] difference,
    output logic [ONE_FRAC:0]     value
);
    localparam int DOMAIN = PIECE + OFFSET;

    logic [DOMAIN-1:0] distance;
    logic beyond, ended;
    logic [ONE_FRAC:0] left, start, chord;
    /* verilator lint_off UNUSEDSIGNAL */
    logic [FALL-1:0] fall;
    /* verilator lint_on UNUSEDSIGNAL */
    logic [FALL-1:0] way;

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

    /* verilator lint_off UNUSEDSIGNAL */
    logic [FALL+OFFSET-1:0] product;
    /* verilator lint_on UNUSEDSIGNAL */

    generate
        if (OFFSET == 0) begin : g_ends
            assign product = '0;
        end else begin : g_slope
            assign product = (FALL + OFFSET)'(fall) * (FALL + OFFSET)'(distance[OFFSET-1:0]);
        end
        if (PIPELINED) begin : g_two
            always_ff @(posedge clk)
                if (en) begin
                    ended <= beyond;
                    start <= left;
                    way <= product[FALL+OFFSET-1:OFFSET];
                end
        end else begin : g_one
            assign ended = beyond;
            assign start = left;
            assign way = product[FALL+OFFSET-1:OFFSET];
        end
    endgenerate
    assign chord = start - (ONE_FRAC + 1)'(way);

    always_ff @(posedge clk) if (en) value <= ended ? (ONE_FRAC + 1)'(LAST) : chord;
endmodule

// e**-x by 2**PIECE equal chords on a domain of 2**(PIECE + OFFSET) steps, constant (LAST) beyond it; the fall of a chord is
// 0, a power of two, or with TWO one more or less another. A word of the table is {left end of the chord, for each power
// from the last: whether it is there, for the second whether it is subtracted, its exponent}. Never negative. One cycle.
module exp_shifted_chords #(
    parameter int DIFFERENCE = 11,
    parameter int PIECE      = 3,
    parameter int OFFSET     = 5,
    parameter int EXPONENT   = 4,
    parameter bit TWO        = 1'b0,
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
    localparam int POWER = EXPONENT + 1;
    localparam int POWERS = TWO ? 2 * POWER + 1 : POWER;
    localparam int WIDE = OFFSET + (1 << EXPONENT) + 1;
    localparam int KEPT = (WIDE - OFFSET > ONE_FRAC + 1 ? WIDE - OFFSET : ONE_FRAC + 1) + 1;

    logic [DOMAIN-1:0] distance;
    logic [WIDE-1:0] offset;
    logic beyond;
    logic [ONE_FRAC:0] left;
    logic [POWERS-1:0] powers;
    /* verilator lint_off UNUSEDSIGNAL */
    logic [WIDE-1:0] way, first;
    /* verilator lint_on UNUSEDSIGNAL */
    logic [KEPT-1:0] chord;

    generate
        if (DIFFERENCE > DOMAIN) begin : g_bounded
            assign beyond = difference[DIFFERENCE-1:DOMAIN] != '0;
            assign distance = difference[DOMAIN-1:0];
        end else begin : g_whole
            assign beyond = 1'b0;
            assign distance = DOMAIN'(difference);
        end
    endgenerate

    rom #(.ADDRESS(PIECE), .WIDTH(ONE_FRAC + 1 + POWERS), .FILE(FILE)) i_rom (
        .address(distance[DOMAIN-1:OFFSET]), .word({left, powers})
    );
    assign offset = WIDE'(distance[OFFSET-1:0]);
    assign first = powers[EXPONENT] ? offset << powers[EXPONENT-1:0] : '0;
    generate
        if (TWO) begin : g_two
            logic [WIDE-1:0] second;
            assign second = powers[2*POWER] ? offset << powers[POWER+:EXPONENT] : '0;
            add_subtract #(.WIDTH(WIDE)) i_way (.minus(powers[2*POWER-1]), .a(first), .b(second), .result(way));
        end else begin : g_one
            assign way = first;
        end
    endgenerate
    assign chord = KEPT'(left) - KEPT'(way[WIDE-1:OFFSET]);

    always_ff @(posedge clk)
        if (en) value <= beyond ? (ONE_FRAC + 1)'(LAST) : chord[KEPT-1] ? '0 : chord[ONE_FRAC:0];
endmodule

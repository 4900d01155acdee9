// An exponential from a table of LAST + 1 words, one for each whole distance: the FRAC fraction bits are rounded away
// (ROUNDED: halves up) and what is beyond takes the last word. One cycle.
module exp_unit_steps #(
    parameter int DIFFERENCE = 8,
    parameter int FRAC       = 4,
    parameter bit ROUNDED    = 1'b1,
    parameter int ADDRESS    = 3,
    parameter int LAST       = 7,
    parameter int VALUE      = 8,
    parameter     FILE       = ""
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic [DIFFERENCE-1:0] difference,
    output logic [VALUE-1:0]      value
);
    localparam int WHOLE = (DIFFERENCE - FRAC > ADDRESS ? DIFFERENCE - FRAC : ADDRESS) + 1;

    logic [WHOLE-1:0] whole;
    logic [ADDRESS-1:0] address;
    logic [VALUE-1:0] word;

    generate
        if (FRAC == 0) begin : g_whole
            assign whole = WHOLE'(difference);
        end else if (ROUNDED) begin : g_nearest
            assign whole = WHOLE'(difference[DIFFERENCE-1:FRAC]) + WHOLE'(difference[FRAC-1]);
        end else begin : g_floor
            /* verilator lint_off UNUSEDSIGNAL */
            logic [FRAC-1:0] dropped;
            /* verilator lint_on UNUSEDSIGNAL */
            assign dropped = difference[FRAC-1:0];
            assign whole = WHOLE'(difference[DIFFERENCE-1:FRAC]);
        end
    endgenerate

    assign address = whole > WHOLE'(LAST) ? ADDRESS'(LAST) : whole[ADDRESS-1:0];
    rom #(.ADDRESS(ADDRESS), .WIDTH(VALUE), .FILE(FILE)) i_rom (.address(address), .word(word));

    always_ff @(posedge clk) if (en) value <= word;
endmodule

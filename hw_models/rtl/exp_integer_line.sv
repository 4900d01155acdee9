// e**-x as e**-i from a table of LAST_ENTRY + 1 words (larger i take the last) times a chord of e**-f, the product rounded
// (halves up). STAGES cycles: one for look-up and chord, the others for the product, which synthesis spreads over them.
module exp_integer_line #(
    parameter int DIFFERENCE = 16,
    parameter int PIECE      = 7,
    parameter int OFFSET     = 3,
    parameter int FALL       = 11,
    parameter int ONE_FRAC   = 18,
    parameter int ADDRESS    = 4,
    parameter int LAST_ENTRY = 15,
    parameter int STAGES     = 7,
    parameter     FILE       = "",
    parameter     LINES_FILE = ""
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic [DIFFERENCE-1:0] difference,
    output logic [ONE_FRAC:0]     value
);
    localparam int FRAC = PIECE + OFFSET;
    localparam int WHOLE = (DIFFERENCE > FRAC + ADDRESS ? DIFFERENCE - FRAC : ADDRESS) + 1;
    localparam int WIDE = WHOLE + FRAC;
    localparam int WIDTH = ONE_FRAC + 1;

    logic [WIDE-1:0] distance;
    logic [WHOLE-1:0] whole;
    logic [ADDRESS-1:0] address;
    logic [ONE_FRAC:0] word, power, line;
    /* verilator lint_off UNUSEDSIGNAL */
    logic [2*WIDTH-1:0] product;
    /* verilator lint_on UNUSEDSIGNAL */

    assign distance = WIDE'(difference);
    assign whole = distance[WIDE-1:FRAC];
    assign address = whole > WHOLE'(LAST_ENTRY) ? ADDRESS'(LAST_ENTRY) : ADDRESS'(whole);

    rom #(.ADDRESS(ADDRESS), .WIDTH(WIDTH), .FILE(FILE)) i_rom (.address(address), .word(word));
    exp_chords #(
        .DIFFERENCE(FRAC), .PIECE(PIECE), .OFFSET(OFFSET), .FALL(FALL), .ONE_FRAC(ONE_FRAC), .FILE(LINES_FILE)
    ) i_line (
        .clk(clk), .en(en), .difference(distance[FRAC-1:0]), .value(line)
    );
    assign product = (2 * WIDTH)'(power) * (2 * WIDTH)'(line) + (2 * WIDTH)'(1 << (ONE_FRAC - 1));

    logic [(STAGES-1)*WIDTH-1:0] products;  // the latest in the lowest bits
    always_ff @(posedge clk)
        if (en) begin
            power <= word;
            products <= {products[(STAGES-2)*WIDTH-1:0], product[ONE_FRAC+:WIDTH]};
        end
    assign value = products[(STAGES-1)*WIDTH-1-:WIDTH];
endmodule

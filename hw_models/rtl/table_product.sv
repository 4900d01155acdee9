// base**-x as a product of one factor a group of bits of x, each product rounded (halves up) to ONE_FRAC fraction bits; 0
// from a distance of 2**COVERED on. GROUPS cycles.
//
// Group g has the g-th of SIZES bits from the g-th of STARTS up (8 bits each, the first in the lowest). Its factors are in
// a table, the file FILE with the group's letter (a, b, c ...) behind; a single bit multiplies by the g-th of CONSTANTS.
module table_product #(
    parameter int DIFFERENCE = 8,
    parameter int COVERED    = 8,
    parameter int GROUPS     = 2,
    parameter logic [GROUPS*8-1:0] SIZES  = {GROUPS{8'd1}},
    parameter logic [GROUPS*8-1:0] STARTS = {GROUPS{8'd0}},
    parameter int ONE_FRAC   = 15,
    parameter logic [GROUPS*(ONE_FRAC+1)-1:0] CONSTANTS = '1,
    parameter     FILE       = "table_product"
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic [DIFFERENCE-1:0] difference,
    output logic [ONE_FRAC:0]     value
);
    localparam int WIDTH = ONE_FRAC + 1;
    localparam int WIDE = (COVERED > DIFFERENCE ? COVERED : DIFFERENCE) + 1;

    generate
        for (genvar group = 0; group < GROUPS; group++) begin : g_group
            localparam int SIZE = 32'(SIZES[group*8+:8]);
            localparam int START = 32'(STARTS[group*8+:8]);
            localparam logic [ONE_FRAC:0] CONSTANT = CONSTANTS[group*WIDTH+:WIDTH];

            /* verilator lint_off UNUSEDSIGNAL */
            logic [WIDE-1:0] distance, given_distance;
            /* verilator lint_on UNUSEDSIGNAL */
            logic [ONE_FRAC:0] product, next;

            if (group == 0) begin : g_first
                assign given_distance = WIDE'(difference);
                if (SIZE == 1) begin : g_bit
                    assign next = given_distance[START] ? CONSTANT : {1'b1, {ONE_FRAC{1'b0}}};
                end else begin : g_table
                    rom #(.ADDRESS(SIZE), .WIDTH(WIDTH), .FILE({FILE, "_a.mem"})) i_rom (
                        .address(given_distance[START+:SIZE]), .word(next)
                    );
                end
            end else begin : g_next
                /* verilator lint_off UNUSEDSIGNAL */
                logic [2*WIDTH-1:0] exact, rounded;
                /* verilator lint_on UNUSEDSIGNAL */
                assign given_distance = g_group[group-1].distance;
                if (SIZE == 1) begin : g_bit
                    assign exact = (2 * WIDTH)'(g_group[group-1].product) * (2 * WIDTH)'(CONSTANT);
                    assign next = given_distance[START] ? rounded[ONE_FRAC+:WIDTH] : g_group[group-1].product;
                end else begin : g_table
                    logic [ONE_FRAC:0] factor;
                    rom #(.ADDRESS(SIZE), .WIDTH(WIDTH), .FILE({FILE, "_", 8'(97 + group), ".mem"})) i_rom (
                        .address(given_distance[START+:SIZE]), .word(factor)
                    );
                    assign exact = (2 * WIDTH)'(g_group[group-1].product) * (2 * WIDTH)'(factor);
                    assign next = rounded[ONE_FRAC+:WIDTH];
                end
                assign rounded = exact + (2 * WIDTH)'(1 << (ONE_FRAC - 1));
            end

            always_ff @(posedge clk)
                if (en) begin
                    distance <= given_distance;
                    product <= group == GROUPS - 1 && given_distance[WIDE-1:COVERED] != '0 ? '0 : next;
                end
        end
    endgenerate

    assign value = g_group[GROUPS-1].product;
endmodule

// e**-x as a word of a table at the distance without its LOW lowest bits, less that word times those bits, which are
// multiples of 2**-FRAC; truncated. One cycle.
module exp_table_line #(
    parameter int DIFFERENCE = 8,
    parameter int LOW        = 3,
    parameter int FRAC       = 4,
    parameter int VALUE      = 16,
    parameter     FILE       = ""
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic [DIFFERENCE-1:0] difference,
    output logic [VALUE-1:0]      value
);
    localparam int WIDE = VALUE + LOW > VALUE + FRAC ? VALUE + LOW : VALUE + FRAC;

    logic [VALUE-1:0] word;
    /* verilator lint_off UNUSEDSIGNAL */
    logic [WIDE-1:0] product;
    /* verilator lint_on UNUSEDSIGNAL */

    rom #(.ADDRESS(DIFFERENCE - LOW), .WIDTH(VALUE), .FILE(FILE)) i_rom (
        .address(difference[DIFFERENCE-1:LOW]), .word(word)
    );
    generate
        if (LOW == 0) begin : g_table
            assign product = '0;
        end else begin : g_line
            assign product = WIDE'(word) * WIDE'(difference[LOW-1:0]);
        end
    endgenerate

    always_ff @(posedge clk) if (en) value <= word - product[FRAC+:VALUE];
endmodule

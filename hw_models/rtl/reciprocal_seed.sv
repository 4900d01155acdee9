// A first guess of 1/m for m = 1 + f on [1, 2), f given with FRACTION bits, in FRAC fraction bits. With TABLE: the word at
// that many top bits of f, of a table. With SLOPE: the line START - SLOPE * m, m with OPERAND fraction bits. With neither:
// (1 + n**2) / 2 of the inverted top 7 bits of f, n, in 8 bits; 1 where they are 0. Combinational.
module reciprocal_seed #(
    parameter int FRACTION = 16,
    parameter int OPERAND  = 16,
    parameter int FRAC     = 16,
    parameter int TABLE    = 0,
    parameter int SLOPE    = 30840,
    parameter int START    = 92521,
    parameter     FILE     = ""
) (
    /* verilator lint_off UNUSEDSIGNAL */
    input  logic [FRACTION-1:0] fraction,
    /* verilator lint_on UNUSEDSIGNAL */
    output logic [FRAC:0]       seed
);
    localparam int PRODUCT = OPERAND + FRAC + 2;

    generate
        if (TABLE > 0) begin : g_table
            logic [FRAC-1:0] word;
            rom #(.ADDRESS(TABLE), .WIDTH(FRAC), .FILE(FILE)) i_rom (
                .address(fraction[FRACTION-1-:TABLE]), .word(word)
            );
            assign seed = {1'b0, word};
        end else if (SLOPE > 0) begin : g_line
            /* verilator lint_off UNUSEDSIGNAL */
            logic [PRODUCT-1:0] product;
            /* verilator lint_on UNUSEDSIGNAL */
            assign product = PRODUCT'({1'b1, fraction[FRACTION-1-:OPERAND]}) * PRODUCT'(SLOPE);
            assign seed = (FRAC + 1)'(START) - product[OPERAND+:FRAC+1];
        end else begin : g_square
            logic [6:0] inverted;
            /* verilator lint_off UNUSEDSIGNAL */
            logic [12:0] product;
            /* verilator lint_on UNUSEDSIGNAL */
            logic [8:0] guess;
            assign inverted = ~fraction[FRACTION-1-:7];
            assign product = 13'(inverted[6:1]) * 13'(inverted);
            assign guess = inverted == '1 ? 9'd256 : {2'b01, product[12:6]};
            assign seed = {guess, {(FRAC - 8) {1'b0}}};
        end
    endgenerate
endmodule

// A read-only memory with asynchronous read. FILE holds its words, one hexadecimal number a line, in address order.
module rom #(
    parameter int ADDRESS = 4,
    parameter int WIDTH   = 8,
    parameter     FILE    = ""
) (
    input  logic [ADDRESS-1:0] address,
    output logic [WIDTH-1:0]   word
);
    /* verilator lint_off UNDRIVEN */
    logic [WIDTH-1:0] words[0:(1<<ADDRESS)-1];
    /* verilator lint_on UNDRIVEN */

    generate
        if (FILE != "") begin : g_contents
            initial $readmemh(FILE, words);
        end
    endgenerate

    assign word = words[address];
endmodule

// An exponential from a table of 2**ADDRESS words. Distances beyond 2**COVERED - 1 take the last word; 2**STRIDE
// neighbours share one. One cycle.
module exp_table #(
    parameter int DIFFERENCE = 8,
    parameter int COVERED    = 8,
    parameter int ADDRESS    = 8,
    parameter int VALUE      = 16,
    parameter     FILE       = ""
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic [DIFFERENCE-1:0] difference,
    output logic [VALUE-1:0]      value
);
    /* verilator lint_off UNUSEDSIGNAL */
    logic [COVERED-1:0] distance;
    /* verilator lint_on UNUSEDSIGNAL */
    logic [VALUE-1:0] word;

    generate
        if (DIFFERENCE > COVERED) begin : g_clip
            assign distance = difference[DIFFERENCE-1:COVERED] != '0 ? '1 : difference[COVERED-1:0];
        end else begin : g_whole
            assign distance = COVERED'(difference);
        end
    endgenerate

    rom #(.ADDRESS(ADDRESS), .WIDTH(VALUE), .FILE(FILE)) i_rom (
        .address(distance[COVERED-1:COVERED-ADDRESS]), .word(word)
    );

    always_ff @(posedge clk) if (en) value <= word;
endmodule

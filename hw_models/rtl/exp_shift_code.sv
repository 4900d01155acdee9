// 2**-r for a distance of r * 2**DROP, halves rounded up: 2**ONE_FRAC >> r for the sum, r itself for the output. One
// cycle.
module exp_shift_code #(
    parameter int DIFFERENCE = 8,
    parameter int DROP       = 0,
    parameter int ONE_FRAC   = 8,
    parameter int VALUE      = 9
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic                  for_output,
    input  logic [DIFFERENCE-1:0] difference,
    output logic [VALUE-1:0]      value
);
    localparam int CODE = DIFFERENCE - DROP + (DROP > 0 ? 1 : 0);

    logic [CODE-1:0] code;

    generate
        if (DROP == 0) begin : g_exact
            assign code = difference;
        end else begin : g_rounded
            /* verilator lint_off UNUSEDSIGNAL */
            logic [DIFFERENCE:0] halved;
            /* verilator lint_on UNUSEDSIGNAL */
            assign halved = {1'b0, difference} + (DIFFERENCE + 1)'(1 << (DROP - 1));
            assign code = halved[DIFFERENCE:DROP];
        end
    endgenerate

    always_ff @(posedge clk)
        if (en) value <= for_output ? VALUE'(code) : VALUE'({1'b1, {ONE_FRAC{1'b0}}} >> code);
endmodule

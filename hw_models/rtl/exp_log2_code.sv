// e**-x as 2**-k with k of `log2_code`: 2**(15 - k) for the sum, k itself for the output. One cycle.
module exp_log2_code #(
    parameter int DIFFERENCE = 8,
    parameter int FRAC       = 4,
    parameter bit ROUNDED    = 1'b1
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic                  for_output,
    input  logic [DIFFERENCE-1:0] difference,
    output logic [15:0]           value
);
    logic [3:0] code;

    log2_code #(.DIFFERENCE(DIFFERENCE), .FRAC(FRAC), .ROUNDED(ROUNDED)) i_code (
        .difference(difference), .code(code)
    );

    always_ff @(posedge clk) if (en) value <= for_output ? 16'(code) : 16'h8000 >> code;
endmodule

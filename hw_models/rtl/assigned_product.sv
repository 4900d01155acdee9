// An output: numerator * row, `assigned` to the type of the output. Two cycles: a register after the multiplication, one
// after the rounding.
module assigned_product #(
    parameter int NUMERATOR = 17,
    parameter int FACTOR    = 18,
    parameter int DROP      = 10,
    parameter bit ROUNDED   = 1'b0,
    parameter int OUTPUT    = 16,
    parameter bit SATURATE  = 1'b0,
    parameter logic [OUTPUT-1:0] HIGHEST = '1
) (
    input  logic                 clk,
    input  logic                 en,
    input  logic [NUMERATOR-1:0] numerator,
    input  logic [FACTOR-1:0]    row,
    output logic [OUTPUT-1:0]    y
);
    localparam int FULL = NUMERATOR + FACTOR;

    logic [FULL-1:0] product;
    logic [OUTPUT-1:0] code;

    assigned #(
        .WIDTH(FULL), .DROP(DROP), .ROUNDED(ROUNDED), .KEPT(OUTPUT), .SATURATE(SATURATE), .HIGHEST(HIGHEST)
    ) i_output (
        .exact(product), .code(code)
    );

    always_ff @(posedge clk)
        if (en) begin
            product <= FULL'(numerator) * FULL'(row);
            y <= code;
        end
endmodule

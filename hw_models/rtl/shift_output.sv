// An output: the row's factor shifted right by the element's code, its lowest OUTPUT bits. One cycle.
module shift_output #(
    parameter int NUMERATOR = 8,
    parameter int FACTOR    = 19,
    parameter int OUTPUT    = 8
) (
    input  logic                 clk,
    input  logic                 en,
    input  logic [NUMERATOR-1:0] numerator,
    input  logic [FACTOR-1:0]    row,
    output logic [OUTPUT-1:0]    y
);
    always_ff @(posedge clk) if (en) y <= OUTPUT'(row >> numerator);
endmodule

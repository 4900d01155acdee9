// An output: the numerator itself, at most HIGHEST; no sum divides it. One cycle.
module clip_output #(
    parameter int NUMERATOR = 9,
    parameter int OUTPUT    = 8,
    parameter int HIGHEST   = 255
) (
    input  logic                 clk,
    input  logic                 en,
    input  logic [NUMERATOR-1:0] numerator,
    output logic [OUTPUT-1:0]    y
);
    localparam int WIDE = (NUMERATOR > OUTPUT ? NUMERATOR : OUTPUT) + 1;

    always_ff @(posedge clk)
        if (en) y <= WIDE'(numerator) > WIDE'(HIGHEST) ? OUTPUT'(HIGHEST) : OUTPUT'(numerator);
endmodule

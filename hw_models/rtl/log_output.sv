// A logarithm as output: -(numerator * 2**APPEND + row), without its DROP lowest bits (halves up), in two's complement, at
// least LOWEST. One cycle.
module log_output #(
    parameter int NUMERATOR = 8,
    parameter int APPEND    = 8,
    parameter int ROW       = 16,
    parameter int DROP      = 2,
    parameter int OUTPUT    = 16,
    parameter int LOWEST    = -32768
) (
    input  logic                 clk,
    input  logic                 en,
    input  logic [NUMERATOR-1:0] numerator,
    input  logic [ROW-1:0]       row,
    output logic [OUTPUT-1:0]    y
);
    localparam int FULL = (NUMERATOR + APPEND > ROW ? NUMERATOR + APPEND : ROW) + 2;
    localparam int WIDE = FULL > OUTPUT + DROP ? FULL : OUTPUT + DROP;

    localparam logic signed [WIDE:0] FLOOR = (WIDE + 1)'(LOWEST);

    logic [WIDE:0] distance;
    logic signed [WIDE:0] negative, rounded;

    assign distance = ((WIDE + 1)'(numerator) << APPEND) + (WIDE + 1)'(row);
    assign negative = -distance;

    generate
        if (DROP == 0) begin : g_exact
            assign rounded = negative;
        end else begin : g_rounded
            assign rounded = (negative + (WIDE + 1)'(1 << (DROP - 1))) >>> DROP;
        end
    endgenerate

    always_ff @(posedge clk)
        if (en) y <= rounded < FLOOR ? OUTPUT'(FLOOR) : OUTPUT'(rounded);
endmodule

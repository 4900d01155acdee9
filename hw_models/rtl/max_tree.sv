// The largest of N unsigned codes, as a tree of two-input maxima.
module max_tree #(
    parameter int N     = 2,
    parameter int WIDTH = 8
) (
    input  logic [N*WIDTH-1:0] codes,
    output logic [WIDTH-1:0]   maximum
);
    generate
        if (N == 1) begin : g_leaf
            assign maximum = codes;
        end else begin : g_split
            localparam int HALF = N / 2;
            logic [WIDTH-1:0] low, high;
            max_tree #(.N(HALF), .WIDTH(WIDTH)) i_low (.codes(codes[HALF*WIDTH-1:0]), .maximum(low));
            max_tree #(.N(N - HALF), .WIDTH(WIDTH)) i_high (.codes(codes[N*WIDTH-1:HALF*WIDTH]), .maximum(high));
            assign maximum = low > high ? low : high;
        end
    endgenerate
endmodule

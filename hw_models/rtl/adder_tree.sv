// The exact sum of N unsigned terms, as a tree of adders. TOTAL must hold it: WIDTH + clog2(N) bits do.
module adder_tree #(
    parameter int N     = 2,
    parameter int WIDTH = 8,
    parameter int TOTAL = WIDTH + $clog2(N)
) (
    input  logic [N*WIDTH-1:0] terms,
    output logic [TOTAL-1:0]   total
);
    generate
        if (N == 1) begin : g_leaf
            assign total = TOTAL'(terms);
        end else begin : g_split
            localparam int HALF = N / 2;
            localparam int PART = WIDTH + $clog2(N - HALF);
            logic [PART-1:0] low, high;
            adder_tree #(.N(HALF), .WIDTH(WIDTH), .TOTAL(PART)) i_low (.terms(terms[HALF*WIDTH-1:0]), .total(low));
            adder_tree #(.N(N - HALF), .WIDTH(WIDTH), .TOTAL(PART)) i_high (
                .terms(terms[N*WIDTH-1:HALF*WIDTH]), .total(high)
            );
            assign total = TOTAL'(low) + TOTAL'(high);
        end
    endgenerate
endmodule

// A Bernstein polynomial: the ones among DEGREE copies of x choose one of DEGREE + 1 coefficient streams.
module sc_bernstein #(
    parameter int DEGREE = 6
) (
    input  logic [DEGREE-1:0] x,
    input  logic [DEGREE:0]   coefficients,
    output logic              y
);
    localparam int ONES = $clog2(DEGREE + 1);

    logic [ONES-1:0] ones;

    sc_parallel_counter #(.INPUTS(DEGREE)) i_ones (.x(x), .ones(ones));
    assign y = coefficients[ones];
endmodule

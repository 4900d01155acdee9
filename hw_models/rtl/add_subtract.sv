// a + b, or a - b where `minus` is set, modulo 2**WIDTH: one adder, whose lowest bit makes the carry. Combinational.
module add_subtract #(
    parameter int WIDTH = 16
) (
    input  logic             minus,
    input  logic [WIDTH-1:0] a,
    input  logic [WIDTH-1:0] b,
    output logic [WIDTH-1:0] result
);
    /* verilator lint_off UNUSEDSIGNAL */
    logic [WIDTH:0] sum;
    /* verilator lint_on UNUSEDSIGNAL */

    assign sum = {a, 1'b1} + {b ^ {WIDTH{minus}}, minus};
    assign result = sum[WIDTH:1];
endmodule

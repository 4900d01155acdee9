// The sum of streams by OR: exact where no two of them are 1 in the same cycle.
module sc_or_adder #(
    parameter int INPUTS = 4
) (
    input  logic [INPUTS-1:0] x,
    output logic              y
);
    assign y = |x;
endmodule

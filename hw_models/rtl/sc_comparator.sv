// The bit of a stream: 1 where the source's number is below the level, which runs from 0 to 2**WIDTH inclusive.
module sc_comparator #(
    parameter int WIDTH = 10
) (
    input  logic [WIDTH-1:0] number,
    input  logic [WIDTH:0]   level,
    output logic             y
);
    assign y = {1'b0, number} < level;
endmodule

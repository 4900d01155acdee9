// The ones of a stream: `first` begins anew with the bit of the same cycle, of which only those with `counted` count.
module sc_counter #(
    parameter int COUNT = 11
) (
    input  logic             clk,
    input  logic             step,
    input  logic             first,
    input  logic             counted,
    input  logic             x,
    output logic [COUNT-1:0] count
);
    always_ff @(posedge clk) if (step) count <= (first ? '0 : count) + COUNT'(x && counted);
endmodule

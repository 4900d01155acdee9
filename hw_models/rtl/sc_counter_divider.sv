// Gaines's divider: a counter whose own stream, times the denominator, balances the numerator; with a denominator of 1
// an ADDIE, which follows its input. The output is the present count above the number of a source.
module sc_counter_divider #(
    parameter int WIDTH = 6,
    parameter int START = 32
) (
    input  logic             clk,
    input  logic             restart,
    input  logic             step,
    input  logic             numerator,
    input  logic             denominator,
    input  logic [WIDTH-1:0] number,
    output logic             y
);
    logic [WIDTH-1:0] count;
    logic down;

    assign y = count > number;
    assign down = y && denominator;

    always_ff @(posedge clk)
        if (restart) count <= WIDTH'(START);
        else if (step)
            if (numerator && !down && !(&count)) count <= count + 1'b1;
            else if (down && !numerator && count != '0) count <= count - 1'b1;
endmodule

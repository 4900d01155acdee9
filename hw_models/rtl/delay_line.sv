// DEPTH registers in a row. They are cleared by reset, so that they can carry valid bits.
module delay_line #(
    parameter int WIDTH = 1,
    parameter int DEPTH = 1
) (
    input  logic             clk,
    input  logic             rst,
    input  logic             en,
    input  logic [WIDTH-1:0] early,
    output logic [WIDTH-1:0] late
);
    generate
        if (DEPTH == 1) begin : g_one
            always_ff @(posedge clk)
                if (rst) late <= '0;
                else if (en) late <= early;
        end else begin : g_more
            logic [DEPTH*WIDTH-1:0] line;
            always_ff @(posedge clk)
                if (rst) line <= '0;
                else if (en) line <= {line[(DEPTH-1)*WIDTH-1:0], early};
            assign late = line[DEPTH*WIDTH-1:(DEPTH-1)*WIDTH];
        end
    endgenerate
endmodule

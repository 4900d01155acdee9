// A row in registers: `word` is what was written at `address`.
module row_registers #(
    parameter int WORDS   = 8,
    parameter int WIDTH   = 32,
    parameter int ADDRESS = 3
) (
    input  logic               clk,
    input  logic               write,
    input  logic [ADDRESS-1:0] address,
    input  logic [WIDTH-1:0]   data,
    output logic [WIDTH-1:0]   word
);
    logic [WIDTH-1:0] words[0:WORDS-1];

    always_ff @(posedge clk) if (write) words[address] <= data;
    assign word = words[address];
endmodule

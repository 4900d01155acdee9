// A memory with one port and synchronous read; `word` stays until the next read. Tools infer a memory from it; put the
// macro of your library in its place.
module sram_single_port #(
    parameter int WORDS   = 8,
    parameter int WIDTH   = 32,
    parameter int ADDRESS = 3
) (
    input  logic               clk,
    input  logic               enable,
    input  logic               write,
    input  logic [ADDRESS-1:0] address,
    input  logic [WIDTH-1:0]   data,
    output logic [WIDTH-1:0]   word
);
    logic [WIDTH-1:0] words[0:WORDS-1];

    always_ff @(posedge clk)
        if (enable) begin
            if (write) words[address] <= data;
            else word <= words[address];
        end
endmodule

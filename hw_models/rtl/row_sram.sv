// A row in a memory with one port and synchronous read: `word` is what was written at `address`.
//
// Each word is read while the one before it is used: `step` moves on from `address` to `following`. The first word is
// kept in a register as well, so that a sweep can begin in the cycle after the one that wrote the last word.
module row_sram #(
    parameter int WORDS   = 8,
    parameter int WIDTH   = 32,
    parameter int ADDRESS = 3
) (
    input  logic               clk,
    input  logic               write,
    input  logic               step,
    input  logic [ADDRESS-1:0] address,
    input  logic [ADDRESS-1:0] following,
    input  logic [WIDTH-1:0]   data,
    output logic [WIDTH-1:0]   word
);
    logic [WIDTH-1:0] kept, found;

    always_ff @(posedge clk) if (write && address == '0) kept <= data;

    sram_single_port #(.WORDS(WORDS), .WIDTH(WIDTH), .ADDRESS(ADDRESS)) i_memory (
        .clk(clk), .enable(write || step), .write(write), .address(write ? address : following), .data(data),
        .word(found)
    );

    assign word = address == '0 ? kept : found;
endmodule

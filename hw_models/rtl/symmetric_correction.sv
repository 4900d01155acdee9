// What a straight line lacks of 2**v or log2(1 + v), from half a table: an index above 1/2 is mirrored.
//
// A table has 2**(INDEX - 1) words, those of the indices 1 to 1/2; the correction of 0 is 0. With HALVES it holds the sum
// of the two sides, and a second table, with sign, their difference, which is added below 1/2 and subtracted above; half
// of the result is the correction. Combinational.
module symmetric_correction #(
    parameter int INDEX           = 8,
    parameter int WIDTH           = 12,
    parameter bit HALVES          = 1'b1,
    parameter int DIFFERENCE      = 4,
    parameter     FILE            = "",
    parameter     DIFFERENCE_FILE = ""
) (
    input  logic [INDEX-1:0] index,
    output logic [WIDTH-1:0] correction
);
    localparam int ADDRESS = INDEX > 1 ? INDEX - 1 : 1;

    logic high;
    /* verilator lint_off UNUSEDSIGNAL */
    logic [INDEX:0] place;  // the mirrored index less one
    /* verilator lint_on UNUSEDSIGNAL */
    logic [WIDTH-1:0] word;

    assign high = {1'b0, index} > (INDEX + 1)'(1 << (INDEX - 1));
    assign place = high ? {1'b0, ~index} : {1'b0, index} - 1'b1;

    rom #(.ADDRESS(ADDRESS), .WIDTH(WIDTH), .FILE(FILE)) i_rom (.address(place[ADDRESS-1:0]), .word(word));

    generate
        if (!HALVES) begin : g_plain
            assign correction = index == '0 ? '0 : word;
        end else begin : g_halves
            logic [DIFFERENCE-1:0] difference;
            /* verilator lint_off UNUSEDSIGNAL */
            logic [WIDTH:0] sum;
            /* verilator lint_on UNUSEDSIGNAL */
            rom #(.ADDRESS(ADDRESS), .WIDTH(DIFFERENCE), .FILE(DIFFERENCE_FILE)) i_difference (
                .address(place[ADDRESS-1:0]), .word(difference)
            );
            add_subtract #(.WIDTH(WIDTH + 1)) i_sum (
                .minus(high), .a({1'b0, word}), .b({{(WIDTH + 1 - DIFFERENCE) {difference[DIFFERENCE-1]}}, difference}),
                .result(sum)
            );
            assign correction = index == '0 ? '0 : {1'b0, sum[WIDTH-1:1]};
        end
    endgenerate
endmodule

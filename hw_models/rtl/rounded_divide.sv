// An output: numerator * 2**FRAC / sum rounded to nearest (ties to even), at most HIGHEST, by a restoring array with a row
// more than OUTPUT and a register after each; the last is behind the rounding. The numerator is at most the sum, OUTPUT at
// least FRAC. `row` holds the sum for each row of the array, the first in the lowest bits. With ZERO_SUMS a sum may be 0:
// its quotients are 0.
module rounded_divide #(
    parameter int NUMERATOR = 16,
    parameter int SUM       = 20,
    parameter int FRAC      = 8,
    parameter int OUTPUT    = 8,
    parameter int HIGHEST   = 255,
    parameter bit ZERO_SUMS = 1'b0
) (
    input  logic                      clk,
    input  logic                      en,
    input  logic [NUMERATOR-1:0]      numerator,
    input  logic [(OUTPUT+1)*SUM-1:0] row,
    output logic [OUTPUT-1:0]         y
);
    localparam int BITS = OUTPUT + 1;
    localparam int WIDE = SUM + BITS;

    generate
        for (genvar place = 0; place < BITS; place++) begin : g_row
            logic [WIDE-1:0] dividend, next;
            if (place == 0) begin : g_first
                assign dividend = WIDE'(numerator) << (FRAC + 1);
            end else begin : g_next
                always_ff @(posedge clk) if (en) dividend <= g_row[place-1].next;
            end
            restoring_row #(.SUM(SUM), .BITS(BITS), .ZERO_SUMS(ZERO_SUMS)) i_row (
                .dividend(dividend), .divisor(row[place*SUM+:SUM]), .next(next)
            );
        end
    endgenerate

    logic [SUM-1:0] rest;
    logic [OUTPUT-1:0] floor;
    logic half, up;
    logic [OUTPUT:0] rounded;

    assign {rest, floor, half} = g_row[BITS-1].next;
    assign up = half && (rest != '0 || floor[0]);
    assign rounded = {1'b0, floor} + (OUTPUT + 1)'(up);

    always_ff @(posedge clk) if (en) y <= rounded > (OUTPUT + 1)'(HIGHEST) ? OUTPUT'(HIGHEST) : rounded[OUTPUT-1:0];
endmodule

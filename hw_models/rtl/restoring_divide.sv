// An output: floor(numerator * 2**FRAC / sum), at most HIGHEST, by a restoring array with a register after each of its
// OUTPUT rows; where the numerator is the sum and OUTPUT = FRAC, its bits are all ones. The numerator is at most the sum,
// OUTPUT at least FRAC. `row` holds the sum for each row of the array, the first in the lowest bits. With ZERO_SUMS a sum
// may be 0: its quotients are 0.
module restoring_divide #(
    parameter int NUMERATOR = 16,
    parameter int SUM       = 20,
    parameter int FRAC      = 8,
    parameter int OUTPUT    = 8,
    parameter int HIGHEST   = 255,
    parameter bit ZERO_SUMS = 1'b0
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic [NUMERATOR-1:0]  numerator,
    input  logic [OUTPUT*SUM-1:0] row,
    output logic [OUTPUT-1:0]     y
);
    localparam int WIDE = SUM + OUTPUT;

    // after each row: what is left of the dividend, and below it the bits to come, replaced by those of the quotient
    /* verilator lint_off UNUSEDSIGNAL */
    logic [OUTPUT*WIDE-1:0] kept;
    /* verilator lint_on UNUSEDSIGNAL */

    generate
        for (genvar place = 0; place < OUTPUT; place++) begin : g_row
            logic [WIDE-1:0] dividend, next;
            if (place == 0) begin : g_first
                assign dividend = WIDE'(numerator) << FRAC;
            end else begin : g_next
                assign dividend = kept[(place-1)*WIDE+:WIDE];
            end
            restoring_row #(.SUM(SUM), .BITS(OUTPUT), .ZERO_SUMS(ZERO_SUMS)) i_row (
                .dividend(dividend), .divisor(row[place*SUM+:SUM]), .next(next)
            );
            always_ff @(posedge clk) if (en) kept[place*WIDE+:WIDE] <= next;
        end
    endgenerate

    logic [OUTPUT-1:0] quotient;
    assign quotient = kept[(OUTPUT-1)*WIDE+:OUTPUT];
    assign y = {1'b0, quotient} > (OUTPUT + 1)'(HIGHEST) ? OUTPUT'(HIGHEST) : quotient;
endmodule

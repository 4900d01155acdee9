// An output: floor(numerator * 2**FRAC / sum) by a restoring array with a register after each of its OUTPUT rows; all
// ones where the numerator is the sum and OUTPUT = FRAC. The numerator is at most the sum, OUTPUT at least FRAC.
// `row` holds the sum for each row of the array, the first in the lowest bits. With ZERO_SUMS a sum may be 0: its
// quotients are 0.
module restoring_divide #(
    parameter int NUMERATOR = 16,
    parameter int SUM       = 20,
    parameter int FRAC      = 8,
    parameter int OUTPUT    = 8,
    parameter bit ZERO_SUMS = 1'b0
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic [NUMERATOR-1:0]  numerator,
    input  logic [OUTPUT*SUM-1:0] row,
    output logic [OUTPUT-1:0]     y
);
    localparam int WHOLE = OUTPUT - FRAC;  // bits of the numerator that are shifted in, as the quotient's first
    localparam int WIDE = SUM + OUTPUT;

    // after each row: what is left of the dividend, and below it the bits to come, replaced by those of the quotient
    /* verilator lint_off UNUSEDSIGNAL */
    logic [OUTPUT*WIDE-1:0] kept;
    /* verilator lint_on UNUSEDSIGNAL */

    generate
        for (genvar place = 0; place < OUTPUT; place++) begin : g_row
            logic [WIDE-1:0] dividend;
            if (place == 0) begin : g_first
                assign dividend = WIDE'(numerator) << (OUTPUT - WHOLE);
            end else begin : g_next
                assign dividend = kept[(place-1)*WIDE+:WIDE];
            end
            logic [SUM:0] trial;
            /* verilator lint_off UNUSEDSIGNAL */
            logic [SUM+1:0] difference;  // the top bit says that the divisor does not fit
            /* verilator lint_on UNUSEDSIGNAL */
            logic one;
            assign trial = dividend[WIDE-1:OUTPUT-1];
            assign difference = {1'b0, trial} - {2'b0, row[place*SUM+:SUM]};
            assign one = !difference[SUM+1] && !(ZERO_SUMS && row[place*SUM+:SUM] == '0);
            always_ff @(posedge clk)
                if (en)
                    kept[place*WIDE+:WIDE] <= {
                        one ? difference[SUM-1:0] : trial[SUM-1:0], dividend[OUTPUT-2:0], one
                    };
        end
    endgenerate

    assign y = kept[(OUTPUT-1)*WIDE+:OUTPUT];
endmodule

// An output: floor(numerator * 2**FRAC / sum) by a restoring array with a register after each of its OUTPUT rows; all
// ones where the numerator is the sum and OUTPUT = FRAC. The numerator is at most the sum, OUTPUT at least FRAC.
// `row` holds the sum for each row of the array, the first in the lowest bits.
module restoring_divide #(
    parameter int NUMERATOR = 16,
    parameter int SUM       = 20,
    parameter int FRAC      = 8,
    parameter int OUTPUT    = 8
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic [NUMERATOR-1:0]  numerator,
    input  logic [OUTPUT*SUM-1:0] row,
    output logic [OUTPUT-1:0]     y
);
    localparam int WHOLE = OUTPUT - FRAC;  // bits of the numerator that are shifted in, as the quotient's first
    localparam int WIDE = SUM + OUTPUT;

    // of each row: what is left of the dividend, and below it the bits to come, replaced by those of the quotient
    logic [(OUTPUT+1)*WIDE-1:0] state;

    assign state[WIDE-1:0] = WIDE'(numerator) << (OUTPUT - WHOLE);

    generate
        for (genvar place = 0; place < OUTPUT; place++) begin : g_row
            logic [WIDE-1:0] before_row;
            logic [SUM:0] trial;
            logic [SUM-1:0] divisor, difference;
            logic one;
            assign before_row = state[place*WIDE+:WIDE];
            assign divisor = row[place*SUM+:SUM];
            assign trial = before_row[WIDE-1:OUTPUT-1];
            assign one = trial >= {1'b0, divisor};
            assign difference = trial[SUM-1:0] - divisor;
            always_ff @(posedge clk)
                if (en)
                    state[(place+1)*WIDE+:WIDE] <= {
                        one ? difference : trial[SUM-1:0], before_row[OUTPUT-2:0], one
                    };
        end
    endgenerate

    assign y = state[OUTPUT*WIDE+:OUTPUT];
endmodule

// An output: numerator / sum by linear CORDIC, STEPS digits of +1 and -1, a register after each; the result, less than 1,
// is truncated to FRAC bits. The numerator is at most the sum. `row` holds the sum for each step, the first in the lowest
// bits.
//
// A digit is +1 unless the rest is negative; the rest is doubled instead of halving the sum. The first digit is always
// +1, so the sum of the digits is twice those of the other steps (as bits), plus one. With ZERO_SUMS a sum may be 0: its
// digits are those of a quotient of 0.
module cordic_divide #(
    parameter int NUMERATOR = 16,
    parameter int SUM       = 20,
    parameter int STEPS     = 16,
    parameter int FRAC      = 8,
    parameter int OUTPUT    = 8,
    parameter int HIGHEST   = 255,
    parameter bit ZERO_SUMS = 1'b0
) (
    input  logic                 clk,
    input  logic                 en,
    input  logic [NUMERATOR-1:0] numerator,
    input  logic [STEPS*SUM-1:0] row,
    output logic [OUTPUT-1:0]    y
);
    localparam int WIDTH = SUM + 2;
    localparam int KEPT = (FRAC > OUTPUT ? FRAC : OUTPUT) + 1;

    generate
        for (genvar step = 0; step < STEPS; step++) begin : g_step
            /* verilator lint_off UNUSEDSIGNAL */
            logic [WIDTH-1:0] so_far, rest;
            logic [STEPS-1:0] digits;  // the last one lowest
            /* verilator lint_on UNUSEDSIGNAL */
            logic [WIDTH-1:0] doubled, next;
            logic [SUM-1:0] divisor;
            assign divisor = row[step*SUM+:SUM];
            if (step == 0) begin : g_first
                assign so_far = WIDTH'(numerator);
                always_ff @(posedge clk) if (en) digits <= STEPS'(1);
            end else begin : g_next
                logic positive;
                assign so_far = g_step[step-1].rest;
                assign positive = !so_far[WIDTH-1] && !(ZERO_SUMS && divisor == '0);
                always_ff @(posedge clk) if (en) digits <= {g_step[step-1].digits[STEPS-2:0], positive};
            end
            assign doubled = {so_far[WIDTH-2:0], 1'b0};
            add_subtract #(.WIDTH(WIDTH)) i_rest (
                .minus(!so_far[WIDTH-1]), .a(doubled), .b(WIDTH'(divisor)), .result(next)
            );
            always_ff @(posedge clk) if (en) rest <= next;
        end
    endgenerate

    /* verilator lint_off UNUSEDSIGNAL */
    logic [STEPS-1:0] last;
    logic [STEPS:0] total;
    /* verilator lint_on UNUSEDSIGNAL */
    logic [FRAC-1:0] quotient;

    assign last = g_step[STEPS-1].digits;
    assign total = {last, 1'b1};
    assign quotient = total[STEPS-1-:FRAC];
    assign y = KEPT'(quotient) > KEPT'(HIGHEST) ? OUTPUT'(HIGHEST) : OUTPUT'(quotient);
endmodule

// An output: the EXACT upper fraction bits of numerator / sum by a restoring array, a register after each of its EXACT + 1
// rows; the APPROXIMATE lower ones by Mitchell's division of what is left, in one more cycle. At most HIGHEST. The
// numerator is at most the sum. `row` holds the sum and above it its logarithm for each cycle, the first in the lowest bits.
module restoring_then_mitchell #(
    parameter int NUMERATOR   = 16,
    parameter int SUM         = 28,
    parameter int EXPONENT    = $clog2(SUM),
    parameter int FRACTION    = 12,
    parameter int EXACT       = 6,
    parameter int APPROXIMATE = 6,
    parameter int OUTPUT      = 12,
    parameter int HIGHEST     = 4095
) (
    input  logic                                              clk,
    input  logic                                              en,
    input  logic [NUMERATOR-1:0]                              numerator,
    /* verilator lint_off UNUSEDSIGNAL */
    input  logic [(EXACT+2)*(EXPONENT+FRACTION+SUM)-1:0]      row,
    /* verilator lint_on UNUSEDSIGNAL */
    output logic [OUTPUT-1:0]                                 y
);
    localparam int ROW = EXPONENT + FRACTION + SUM;
    localparam int BITS = EXACT + 1;
    localparam int WIDE = SUM + BITS;
    localparam int FULL = (BITS + APPROXIMATE > OUTPUT ? BITS + APPROXIMATE : OUTPUT) + 1;

    logic [WIDE-1:0] last;

    generate
        if (EXACT == 0) begin : g_whole
            logic one;
            assign one = WIDE'(numerator) >= WIDE'(row[SUM-1:0]);
            always_ff @(posedge clk)
                if (en) last <= {SUM'(one ? WIDE'(numerator) - WIDE'(row[SUM-1:0]) : WIDE'(numerator)), one};
        end else begin : g_array
            for (genvar place = 0; place < BITS; place++) begin : g_row
                logic [WIDE-1:0] dividend, next, kept;
                if (place == 0) begin : g_first
                    assign dividend = WIDE'(numerator) << EXACT;
                end else begin : g_next
                    assign dividend = g_row[place-1].kept;
                end
                restoring_row #(.SUM(SUM), .BITS(BITS)) i_row (
                    .dividend(dividend), .divisor(row[place*ROW+:SUM]), .next(next)
                );
                always_ff @(posedge clk) if (en) kept <= next;
            end
            assign last = g_row[BITS-1].kept;
        end
    endgenerate

    logic [SUM-1:0] rest;
    logic [BITS-1:0] upper;
    logic [FULL-1:0] whole;
    assign {rest, upper} = last;

    generate
        if (APPROXIMATE == 0) begin : g_exact
            /* verilator lint_off UNUSEDSIGNAL */
            logic [SUM-1:0] unused;
            /* verilator lint_on UNUSEDSIGNAL */
            assign unused = rest;
            assign whole = FULL'(upper);
        end else begin : g_approximate
            logic [EXPONENT-1:0] exponent;
            logic [FRACTION-1:0] fraction;
            logic [EXPONENT+FRACTION:0] fall;
            logic [APPROXIMATE-1:0] lower;
            leading_one #(.SUM(SUM), .EXPONENT(EXPONENT), .FRACTION(FRACTION)) i_log (
                .sum(rest), .exponent(exponent), .fraction(fraction)
            );
            assign fall = {1'b0, row[BITS*ROW+SUM+:EXPONENT+FRACTION]} - {1'b0, exponent, fraction};
            power_below_one #(
                .FALL(EXPONENT + FRACTION + 1), .FRACTION(FRACTION), .FRAC(APPROXIMATE), .OUTPUT(APPROXIMATE),
                .HIGHEST((1 << APPROXIMATE) - 1)
            ) i_power (
                .fall(fall), .power(lower)
            );
            assign whole = FULL'({upper, rest == '0 ? APPROXIMATE'(0) : lower});
        end
    endgenerate

    always_ff @(posedge clk) if (en) y <= whole > FULL'(HIGHEST) ? OUTPUT'(HIGHEST) : OUTPUT'(whole);
endmodule

// A row of a restoring array divider: the dividend's next bit comes to the rest above it, the divisor is subtracted where it
// fits, and the bit that says so is shifted in below. With ZERO_SUMS a divisor of 0 never fits. Combinational.
module restoring_row #(
    parameter int SUM       = 20,
    parameter int BITS      = 8,
    parameter bit ZERO_SUMS = 1'b0
) (
    input  logic [SUM+BITS-1:0] dividend,
    input  logic [SUM-1:0]      divisor,
    output logic [SUM+BITS-1:0] next
);
    logic [SUM:0] trial;
    /* verilator lint_off UNUSEDSIGNAL */
    logic [SUM+1:0] difference;  // the top bit says that the divisor does not fit
    /* verilator lint_on UNUSEDSIGNAL */
    logic one;

    assign trial = dividend[SUM+BITS-1:BITS-1];
    assign difference = {1'b0, trial} - {2'b0, divisor};
    assign one = !difference[SUM+1] && !(ZERO_SUMS && divisor == '0);
    assign next = {one ? difference[SUM-1:0] : trial[SUM-1:0], dividend[BITS-2:0], one};
endmodule

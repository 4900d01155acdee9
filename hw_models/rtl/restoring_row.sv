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
    logic [SUM-1:0] difference;
    logic one;

    assign trial = dividend[SUM+BITS-1:BITS-1];
    assign one = trial >= {1'b0, divisor} && !(ZERO_SUMS && divisor == '0);
    assign difference = trial[SUM-1:0] - divisor;
    assign next = {one ? difference : trial[SUM-1:0], dividend[BITS-2:0], one};
endmodule

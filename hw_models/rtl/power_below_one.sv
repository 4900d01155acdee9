// 2**-fall, linear within an octave: 1 + f of the fraction of -fall, shifted right by its octaves and truncated to FRAC
// fraction bits, at most HIGHEST. `fall` has FRACTION fraction bits and is not negative. Combinational.
module power_below_one #(
    parameter int FALL     = 17,
    parameter int FRACTION = 12,
    parameter int FRAC     = 8,
    parameter int OUTPUT   = 8,
    parameter int HIGHEST  = 255
) (
    input  logic [FALL-1:0]   fall,
    output logic [OUTPUT-1:0] power
);
    localparam int WIDE = (FRAC > OUTPUT ? FRAC : OUTPUT) + 2;

    logic [FALL:0] exponent;  // of 2, in two's complement
    logic [FALL-FRACTION:0] octaves;
    /* verilator lint_off UNUSEDSIGNAL */
    logic [WIDE+FRACTION-1:0] mantissa;
    /* verilator lint_on UNUSEDSIGNAL */
    logic [WIDE-1:0] shifted;

    assign exponent = -{1'b0, fall};
    assign octaves = -exponent[FALL:FRACTION];
    assign mantissa = (WIDE + FRACTION)'({1'b1, exponent[FRACTION-1:0]}) << FRAC;
    assign shifted = mantissa[FRACTION+:WIDE] >> octaves;
    assign power = shifted > WIDE'(HIGHEST) ? OUTPUT'(HIGHEST) : OUTPUT'(shifted);
endmodule

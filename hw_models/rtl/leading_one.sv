// The position of the leading one of a sum that is not 0, and the FRACTION bits below it (zeros after the last).
module leading_one #(
    parameter int SUM      = 16,
    parameter int EXPONENT = $clog2(SUM),
    parameter int FRACTION = 8
) (
    input  logic [SUM-1:0]      sum,
    output logic [EXPONENT-1:0] exponent,
    output logic [FRACTION-1:0] fraction
);
    /* verilator lint_off UNUSEDSIGNAL */
    logic [SUM+FRACTION-1:0] aligned;  // the leading one at the top
    /* verilator lint_on UNUSEDSIGNAL */

    always_comb begin
        exponent = '0;
        for (int place = 0; place < SUM; place++) if (sum[place]) exponent = EXPONENT'(place);
    end

    assign aligned = {sum, {FRACTION{1'b0}}} << (EXPONENT'(SUM - 1) - exponent);
    assign fraction = aligned[SUM+FRACTION-2-:FRACTION];
endmodule

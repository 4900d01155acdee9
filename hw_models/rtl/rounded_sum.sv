// A sum rounded to whole units of 2**FRAC (halves up), at most LAST. Combinational.
module rounded_sum #(
    parameter int SUM     = 20,
    parameter int FRAC    = 8,
    parameter int ADDRESS = 9,
    parameter int LAST    = 256
) (
    input  logic [SUM-1:0]     sum,
    output logic [ADDRESS-1:0] address
);
    localparam int WHOLE = (SUM - FRAC > ADDRESS ? SUM - FRAC : ADDRESS) + 1;

    /* verilator lint_off UNUSEDSIGNAL */
    logic [SUM-1:0] halved;
    /* verilator lint_on UNUSEDSIGNAL */
    logic [WHOLE-1:0] whole;

    assign halved = sum >> (FRAC - 1);
    assign whole = WHOLE'(halved[SUM-1:1]) + WHOLE'(halved[0]);
    assign address = whole > WHOLE'(LAST) ? ADDRESS'(LAST) : whole[ADDRESS-1:0];
endmodule

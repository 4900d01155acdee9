// A count as a level: value * 2**WIDTH / 2**shift, halves up.
module sc_scale #(
    parameter int VALUE = 11,
    parameter int WIDTH = 16,
    parameter int SHIFT = 5
) (
    input  logic [VALUE-1:0] value,
    input  logic [SHIFT-1:0] shift,
    output logic [WIDTH:0]   level
);
    /* verilator lint_off UNUSEDSIGNAL */
    logic [VALUE+WIDTH:0] twice, rounded;
    /* verilator lint_on UNUSEDSIGNAL */

    assign twice = {value, {(WIDTH + 1) {1'b0}}} >> shift;
    assign rounded = twice + 1'b1;
    assign level = rounded[WIDTH+1:1];
endmodule

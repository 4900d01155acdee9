// 2**-x or e**-x of a distance (`binary_distance`): 2**f of the fraction as 1 + f less a correction from half a table
// (`symmetric_correction`), and a shift. One cycle, and one for LOG2E.
module exp2_symmetric #(
    parameter int DIFFERENCE      = 8,
    parameter bit SIGNED          = 1'b0,
    parameter int LOG2E           = 0,
    parameter int DROP            = 0,
    parameter int APPEND          = 0,
    parameter int BINARY          = 8,
    parameter int FRAC            = 4,
    parameter int INDEX           = 4,
    parameter int CORRECTION      = 13,
    parameter bit HALVES          = 1'b1,
    parameter int HALF            = 4,
    parameter int ONE_FRAC        = 15,
    parameter int VALUE           = 16,
    parameter     FILE            = "",
    parameter     DIFFERENCE_FILE = ""
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic [DIFFERENCE-1:0] difference,
    output logic [VALUE-1:0]      value
);
    logic [FRAC-1:0] fraction;
    logic [BINARY-FRAC:0] down;
    logic [CORRECTION-1:0] correction;
    /* verilator lint_off UNUSEDSIGNAL */
    logic [ONE_FRAC+FRAC:0] line;
    /* verilator lint_on UNUSEDSIGNAL */
    logic [ONE_FRAC:0] mantissa;

    binary_distance #(
        .DIFFERENCE(DIFFERENCE), .SIGNED(SIGNED), .LOG2E(LOG2E), .DROP(DROP), .APPEND(APPEND), .BINARY(BINARY),
        .FRAC(FRAC)
    ) i_distance (
        .clk(clk), .en(en), .difference(difference), .fraction(fraction), .down(down)
    );
    symmetric_correction #(
        .INDEX(INDEX), .WIDTH(CORRECTION), .HALVES(HALVES), .DIFFERENCE(HALF), .FILE(FILE),
        .DIFFERENCE_FILE(DIFFERENCE_FILE)
    ) i_correction (
        .index(fraction[FRAC-1-:INDEX]), .correction(correction)
    );
    assign line = {1'b1, fraction, {ONE_FRAC{1'b0}}};
    assign mantissa = line[ONE_FRAC+FRAC:FRAC] - (ONE_FRAC + 1)'(correction);

    always_ff @(posedge clk) if (en) value <= VALUE'(mantissa >> down);
endmodule

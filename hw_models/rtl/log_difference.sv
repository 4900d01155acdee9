// The operand of an antilogarithm, numerator * 2**APPEND + row, in a register; `zero` says, DELAY cycles later, that it
// reached 2**RANGE.
module log_difference #(
    parameter int NUMERATOR = 16,
    parameter int APPEND    = 2,
    parameter int ROW       = 16,
    parameter int RANGE     = 16,
    parameter int DELAY     = 1
) (
    input  logic                 clk,
    input  logic                 en,
    input  logic [NUMERATOR-1:0] numerator,
    input  logic [ROW-1:0]       row,
    output logic [RANGE-1:0]     distance,
    output logic                 zero
);
    localparam int FULL = (NUMERATOR + APPEND > ROW ? NUMERATOR + APPEND : ROW) + 1;
    localparam int WIDE = FULL > RANGE ? FULL : RANGE + 1;

    logic [WIDE-1:0] exact;
    logic [DELAY:0] beyond;  // the latest in the lowest bit

    assign exact = (WIDE'(numerator) << APPEND) + WIDE'(row);

    always_ff @(posedge clk)
        if (en) begin
            distance <= exact[RANGE-1:0];
            beyond <= {beyond[DELAY-1:0], exact[WIDE-1:RANGE] != '0};
        end

    assign zero = beyond[DELAY];
endmodule

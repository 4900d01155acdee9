// The power of two that a row is divided by: with LEADING_ONE the sum rounded up to a power of two, else ONE_BITS and
// the length of the row rounded up to a power of two.
module sc_row_scale #(
    parameter int SUM         = 20,
    parameter int LENGTH      = 8,
    parameter bit LEADING_ONE = 1'b0,
    parameter int ONE_BITS    = 10,
    parameter int SHIFT       = 5
) (
    input  logic [SUM-1:0]    sum,
    input  logic [LENGTH-1:0] length,
    output logic [SHIFT-1:0]  shift
);
    localparam int WIDE = SUM > LENGTH ? SUM : LENGTH;

    logic [WIDE-1:0] given, less;

    assign given = LEADING_ONE ? WIDE'(sum) : WIDE'(length);
    assign less = given == '0 ? '0 : given - 1'b1;

    always_comb begin
        shift = LEADING_ONE ? '0 : SHIFT'(ONE_BITS);
        for (int k = 0; k < WIDE; k++) if (less[k]) shift = SHIFT'(k + 1) + (LEADING_ONE ? '0 : SHIFT'(ONE_BITS));
    end
endmodule

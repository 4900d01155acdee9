// The level that a distance is encoded as, in proportion: OFFSET + distance * 2**(UP - DOWN), halves up; from LAST on it
// stays.
module sc_level_shift #(
    parameter int DISTANCE = 8,
    parameter int LAST     = 255,
    parameter int UP       = 3,
    parameter int DOWN     = 0,
    parameter int OFFSET   = 0,
    parameter int LEVEL    = 11
) (
    input  logic [DISTANCE-1:0] distance,
    output logic [LEVEL-1:0]    level
);
    localparam int WIDE = (DISTANCE + UP > LEVEL ? DISTANCE + UP : LEVEL) + 1;

    logic [DISTANCE-1:0] kept;
    /* verilator lint_off UNUSEDSIGNAL */
    logic [WIDE-1:0] scaled;
    /* verilator lint_on UNUSEDSIGNAL */

    generate
        if (LAST >= (1 << DISTANCE) - 1) begin : g_all
            assign kept = distance;
        end else begin : g_saturated
            assign kept = distance > DISTANCE'(LAST) ? DISTANCE'(LAST) : distance;
        end
    endgenerate

    assign scaled = ((WIDE'(kept) << UP) + WIDE'(DOWN > 0 ? 1 << (DOWN - 1) : 0)) >> DOWN;
    assign level = LEVEL'(scaled) + LEVEL'(OFFSET);
endmodule

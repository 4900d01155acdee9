// The level that a distance is encoded as, from a table; from LAST on it stays.
module sc_level_table #(
    parameter int DISTANCE = 8,
    parameter int LAST     = 255,
    parameter int ADDRESS  = 8,
    parameter int LEVEL    = 11,
    parameter     FILE     = ""
) (
    input  logic [DISTANCE-1:0] distance,
    output logic [LEVEL-1:0]    level
);
    logic [ADDRESS-1:0] address;

    generate
        if (LAST >= (1 << DISTANCE) - 1) begin : g_all
            assign address = ADDRESS'(distance);
        end else begin : g_saturated
            assign address = distance > DISTANCE'(LAST) ? ADDRESS'(LAST) : distance[ADDRESS-1:0];
        end
    endgenerate

    rom #(.ADDRESS(ADDRESS), .WIDTH(LEVEL), .FILE(FILE)) i_rom (.address(address), .word(level));
endmodule

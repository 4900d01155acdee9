// A running maximum of unsigned codes in whole units of 2**UNIT_BITS, rounded up (CEIL) or down.
//
// `reference_code` is valid in the cycle of the group itself; `shift` says by how much the sum so far must be divided: the
// growth in units, divided by 2**DROP with halves rounded up.
module online_maximum #(
    parameter int LANES     = 4,
    parameter int CODE      = 8,
    parameter int UNIT_BITS = 0,
    parameter bit CEIL      = 1'b0,
    parameter int DROP      = 0,
    parameter int UNITS     = CODE - UNIT_BITS + (CEIL && UNIT_BITS > 0 ? 1 : 0),
    parameter int SHIFT     = UNITS - DROP + (DROP > 0 ? 1 : 0)
) (
    input  logic                       clk,
    input  logic                       step,
    input  logic                       first,
    input  logic [LANES-1:0]           live,
    input  logic [LANES*CODE-1:0]      codes,
    output logic [UNITS+UNIT_BITS-1:0] reference_code,
    output logic [SHIFT-1:0]           shift
);
    logic [LANES*CODE-1:0] counted;
    logic [CODE-1:0] group;
    logic [UNITS-1:0] rounded, held, so_far, next, growth;

    generate
        for (genvar lane = 0; lane < LANES; lane++) begin : g_counted
            assign counted[lane*CODE+:CODE] = live[lane] ? codes[lane*CODE+:CODE] : '0;
        end
    endgenerate

    max_tree #(.N(LANES), .WIDTH(CODE)) i_tree (.codes(counted), .maximum(group));

    assign so_far = first ? '0 : held;
    assign next = rounded > so_far ? rounded : so_far;
    assign growth = next - so_far;
    always_ff @(posedge clk) if (step) held <= next;

    generate
        if (UNIT_BITS == 0) begin : g_codes
            assign rounded = group;
            assign reference_code = step ? next : held;
        end else begin : g_units
            if (CEIL) begin : g_up
                assign rounded = UNITS'(group[CODE-1:UNIT_BITS]) + UNITS'(group[UNIT_BITS-1:0] != '0);
            end else begin : g_down
                /* verilator lint_off UNUSEDSIGNAL */
                logic [UNIT_BITS-1:0] fraction;
                /* verilator lint_on UNUSEDSIGNAL */
                assign {rounded, fraction} = group;
            end
            assign reference_code = {step ? next : held, {UNIT_BITS{1'b0}}};
        end
        if (DROP == 0) begin : g_shift
            assign shift = growth;
        end else begin : g_dropped
            /* verilator lint_off UNUSEDSIGNAL */
            logic [UNITS:0] halved;
            /* verilator lint_on UNUSEDSIGNAL */
            assign halved = {1'b0, growth} + (UNITS + 1)'(1 << (DROP - 1));
            assign shift = halved[UNITS:DROP];
        end
    endgenerate
endmodule

// The sweeps over a row, whose codes a buffer keeps: `stored` is the word at `address`, and
// `step` moves on to `following`. A group that is taken is written.
//
// A row comes in as ceil(length / LANES) groups, `in_length` with the first of them (1 to MAX_LENGTH). With STREAMING
// the sum is formed while they come in; without, that first sweep finds the maximum and a second one, from the buffer,
// forms the sum. PAUSE cycles later the last sweep reads the buffer for the outputs. The next row is taken right after.
// Exactly one of `taking`, `summing` without `taking`, and `giving` describes the group on `codes` in a cycle.
module softmax_schedule #(
    parameter int LANES      = 4,
    parameter int CODE       = 8,
    parameter int MAX_LENGTH = 64,
    parameter bit STREAMING  = 1'b1,
    parameter int PAUSE      = 2,
    parameter int LENGTH     = $clog2((MAX_LENGTH > LANES ? MAX_LENGTH : LANES) + 2),
    parameter int ADDRESS    = MAX_LENGTH > LANES ? $clog2((MAX_LENGTH + LANES - 1) / LANES) : 1
) (
    input  logic                  clk,
    input  logic                  rst,
    input  logic                  en,
    input  logic                  in_valid,
    output logic                  in_ready,
    input  logic [LANES*CODE-1:0] in_codes,
    input  logic [LENGTH-1:0]     in_length,
    output logic                  step,
    output logic [ADDRESS-1:0]    address,
    output logic [ADDRESS-1:0]    following,
    input  logic [LANES*CODE-1:0] stored,
    output logic                  taking,   // the group comes from outside
    output logic                  summing,  // its terms belong to the sum
    output logic                  giving,   // its outputs are wanted
    output logic                  first,    // of this sweep
    output logic                  last,
    output logic [LANES-1:0]      live,     // lanes that hold an element of the row
    output logic [LANES*CODE-1:0] codes
);
    localparam int COUNT = PAUSE > 1 ? $clog2(PAUSE) : 1;
    localparam logic [1:0] TAKE = 2'd0, SUM = 2'd1, REST = 2'd2, GIVE = 2'd3;

    logic [1:0] state;
    logic [COUNT-1:0] pause;
    logic [LENGTH-1:0] length, remaining, here, whole;

    assign in_ready = en && state == TAKE;
    assign taking = in_valid && in_ready;
    assign summing = STREAMING ? taking : en && state == SUM;
    assign giving = en && state == GIVE;
    assign step = taking || (en && state == SUM) || giving;

    assign first = address == '0;
    assign whole = state == TAKE && first ? in_length : length;
    assign here = first ? whole : remaining;
    assign last = here <= LENGTH'(LANES);
    assign following = last ? '0 : address + 1'b1;
    assign codes = state == TAKE ? in_codes : stored;

    generate
        for (genvar lane = 0; lane < LANES; lane++) begin : g_live
            assign live[lane] = here > LENGTH'(lane);
        end
    endgenerate

    always_ff @(posedge clk) begin
        if (taking) length <= whole;
        if (step) begin
            address <= following;
            remaining <= here - LENGTH'(LANES);
        end
        if (en) pause <= state == REST ? pause - 1'b1 : COUNT'(PAUSE - 1);
        if (step && last)
            case (state)
                TAKE: state <= STREAMING ? REST : SUM;
                SUM: state <= REST;
                default: state <= TAKE;
            endcase
        else if (en && state == REST && pause == '0) state <= GIVE;
        if (rst) begin
            state <= TAKE;
            address <= '0;
        end
    end
endmodule

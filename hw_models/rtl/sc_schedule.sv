// The three sweeps of a stochastic softmax: the row comes in, its exponentials are counted, its counts are divided.
//
// The first sweep takes a group in a cycle. In the second a group is loaded, `loading`, and worked on in the STREAM
// cycles after that, `counting`; in the third `dividing` is followed by DIVIDE cycles of `quotient`. The next group is
// loaded in the last of them, and `left` says how many are still to come. `counted` and `divided` are the cycle behind
// the work on a group, whose place and lanes are `done_address` and `done_live`. One cycle lies between the second and
// the third sweep, in which the last counts are added. For the address ports see softmax_schedule.
module sc_schedule #(
    parameter int LANES      = 4,
    parameter int MAX_LENGTH = 64,
    parameter int STREAM     = 1024,
    parameter int DIVIDE     = 17,
    parameter int LENGTH     = $clog2((MAX_LENGTH > LANES ? MAX_LENGTH : LANES) + 2),
    parameter int ADDRESS    = MAX_LENGTH > LANES ? $clog2((MAX_LENGTH + LANES - 1) / LANES) : 1,
    parameter int LEFT       = $clog2((STREAM > DIVIDE ? STREAM : DIVIDE) + 1)
) (
    input  logic               clk,
    input  logic               rst,
    input  logic               en,
    input  logic               in_valid,
    output logic               in_ready,
    input  logic [LENGTH-1:0]  in_length,
    output logic [LENGTH-1:0]  length,
    output logic [ADDRESS-1:0] address,
    output logic [ADDRESS-1:0] following,
    output logic               first,        // the group at `address` is the first of its row
    output logic [LANES-1:0]   live,         // its lanes that hold an element
    output logic               taking,
    output logic               loading,
    output logic               counting,
    output logic               dividing,
    output logic               quotient,
    output logic               fresh,        // the first cycle of work on a group
    output logic [LEFT-1:0]    left,
    output logic               counted,      // `done` of the second sweep
    output logic               divided,      // and of the third
    output logic [ADDRESS-1:0] done_address,
    output logic               done_first,
    output logic               done_last,
    output logic [LANES-1:0]   done_live
);
    localparam logic [1:0] TAKE = 2'd0, COUNT = 2'd1, ADD = 2'd2, GIVE = 2'd3;

    logic [1:0] state;
    logic [LENGTH-1:0] remaining, here;
    logic last, step, loaded_all, works, ends;
    logic [ADDRESS-1:0] work_address;
    logic work_first, work_last;
    logic [LANES-1:0] work_live;

    assign in_ready = en && state == TAKE;
    assign taking = in_valid && in_ready;
    assign ends = works && left == '0;
    assign loading = en && state == COUNT && !loaded_all && (!works || ends);
    assign dividing = en && state == GIVE && !loaded_all && (!works || ends);
    assign counting = en && state == COUNT && works;
    assign quotient = en && state == GIVE && works;
    assign step = taking || loading || dividing;

    assign first = address == '0;
    assign here = first ? (state == TAKE ? in_length : length) : remaining;
    assign last = here <= LENGTH'(LANES);
    assign following = last ? '0 : address + 1'b1;

    generate
        for (genvar lane = 0; lane < LANES; lane++) begin : g_live
            assign live[lane] = here > LENGTH'(lane);
        end
    endgenerate

    always_ff @(posedge clk) begin
        if (taking && first) length <= in_length;
        if (step) begin
            address <= following;
            remaining <= here - LENGTH'(LANES);
        end
        if (loading || dividing) begin
            work_address <= address;
            work_first <= first;
            work_last <= last;
            work_live <= live;
            left <= loading ? LEFT'(STREAM - 1) : LEFT'(DIVIDE - 1);
        end else if (en && works) left <= left - 1'b1;
        if (en) begin
            fresh <= loading || dividing;
            works <= loading || dividing || (works && !ends);
            counted <= counting && ends;
            divided <= quotient && ends;
            done_address <= work_address;
            done_first <= work_first;
            done_last <= work_last;
            done_live <= work_live;
            loaded_all <= (last && (loading || dividing)) || (loaded_all && !ends);
            case (state)
                TAKE: if (taking && last) state <= COUNT;
                COUNT: if (loaded_all && ends) state <= ADD;
                ADD: state <= GIVE;
                default: if (loaded_all && ends) state <= TAKE;
            endcase
        end
        if (rst) begin
            state <= TAKE;
            address <= '0;
            works <= 1'b0;
            loaded_all <= 1'b0;
            counted <= 1'b0;
            divided <= 1'b0;
        end
    end
endmodule

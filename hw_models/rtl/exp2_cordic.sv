// 2**-x or e**-x of a distance (`binary_distance`): 2**f of the fraction by hyperbolic CORDIC, and a shift.
//
// Step k turns (X, Y) from (START, 0) through the k-th of ANGLES (the first in the lowest bits) and brings the angle to 0:
// shifts 1, 2, 3, 4, 4, 5 ... 13, 13, 14. The angle is f itself, or f * LN2, which takes a cycle. All three numbers have
// ONE_FRAC + GUARD fraction bits. Clipped to [1, 2]. STEPS cycles, and one each for LN2 and LOG2E.
module exp2_cordic #(
    parameter int DIFFERENCE = 8,
    parameter bit SIGNED     = 1'b0,
    parameter int LOG2E      = 0,
    parameter int DROP       = 0,
    parameter int APPEND     = 0,
    parameter int BINARY     = 8,
    parameter int FRAC       = 4,
    parameter int STEPS      = 16,
    parameter int ONE_FRAC   = 15,
    parameter int GUARD      = 4,
    parameter int LN2        = 0,
    parameter int START      = 633011,
    parameter logic [STEPS*(ONE_FRAC+GUARD+2)-1:0] ANGLES = '0,
    parameter int VALUE      = 16
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic [DIFFERENCE-1:0] difference,
    output logic [VALUE-1:0]      value
);
    localparam int WORKING = ONE_FRAC + GUARD;
    localparam int WIDTH = WORKING + 2;
    localparam int DOWN = BINARY - FRAC + 1;

    logic [FRAC-1:0] fraction;
    logic [DOWN-1:0] down, first_down;
    logic [WIDTH-1:0] first_angle;

    binary_distance #(
        .DIFFERENCE(DIFFERENCE), .SIGNED(SIGNED), .LOG2E(LOG2E), .DROP(DROP), .APPEND(APPEND), .BINARY(BINARY),
        .FRAC(FRAC)
    ) i_distance (
        .clk(clk), .en(en), .difference(difference), .fraction(fraction), .down(down)
    );

    generate
        if (LN2 != 0) begin : g_natural
            /* verilator lint_off UNUSEDSIGNAL */
            logic [FRAC+WIDTH-1:0] product;
            /* verilator lint_on UNUSEDSIGNAL */
            assign product = (FRAC + WIDTH)'(fraction) * (FRAC + WIDTH)'(LN2);
            always_ff @(posedge clk)
                if (en) begin
                    first_angle <= product[FRAC+:WIDTH];
                    first_down <= down;
                end
        end else begin : g_binary
            /* verilator lint_off UNUSEDSIGNAL */
            logic [FRAC+WIDTH-1:0] angle;
            /* verilator lint_on UNUSEDSIGNAL */
            assign angle = (FRAC + WIDTH)'(fraction) << WORKING;
            assign first_angle = angle[FRAC+:WIDTH];
            assign first_down = down;
        end

        for (genvar step = 0; step < STEPS; step++) begin : g_step
            localparam int SHIFT = step < 4 ? step + 1 : step < 14 ? step : step - 1;
            logic signed [WIDTH-1:0] x, y;  // before the step
            /* verilator lint_off UNUSEDSIGNAL */
            logic [WIDTH-1:0] angle, next_x, next_y, next_angle;
            /* verilator lint_on UNUSEDSIGNAL */
            logic [DOWN-1:0] step_down;
            logic minus;
            if (step == 0) begin : g_first
                assign x = WIDTH'(START);
                assign y = '0;
                assign angle = first_angle;
                assign step_down = first_down;
            end else begin : g_next
                always_ff @(posedge clk)
                    if (en) begin
                        x <= g_step[step-1].next_x;
                        y <= g_step[step-1].next_y;
                        angle <= g_step[step-1].next_angle;
                        step_down <= g_step[step-1].step_down;
                    end
            end
            assign minus = angle[WIDTH-1];
            add_subtract #(.WIDTH(WIDTH)) i_x (.minus(minus), .a(x), .b(y >>> SHIFT), .result(next_x));
            add_subtract #(.WIDTH(WIDTH)) i_y (.minus(minus), .a(y), .b(x >>> SHIFT), .result(next_y));
            add_subtract #(.WIDTH(WIDTH)) i_angle (
                .minus(!minus), .a(angle), .b(ANGLES[step*WIDTH+:WIDTH]), .result(next_angle)
            );
        end
    endgenerate

    /* verilator lint_off UNUSEDSIGNAL */
    logic [WIDTH-1:0] sum;
    /* verilator lint_on UNUSEDSIGNAL */
    logic [ONE_FRAC+1:0] mantissa;

    assign sum = g_step[STEPS-1].next_x + g_step[STEPS-1].next_y;
    always_comb
        case (sum[WIDTH-1-:2])
            2'b00: mantissa = {2'b01, {ONE_FRAC{1'b0}}};
            2'b01: mantissa = sum[WIDTH-1:GUARD];
            default: mantissa = {2'b10, {ONE_FRAC{1'b0}}};
        endcase

    always_ff @(posedge clk) if (en) value <= VALUE'(mantissa >> g_step[STEPS-1].step_down);
endmodule

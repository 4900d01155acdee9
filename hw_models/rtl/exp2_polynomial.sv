// 2**-x or e**-x of a distance (`binary_distance`): 2**f of the fraction by a polynomial in Horner's form, and a shift.
// Coefficients and partial results have GUARD bits more than the result, and WIDTH bits; the constant term is in the
// lowest bits of COEFFICIENTS. At most TOP. DEGREE cycles, one multiplication each, and one for LOG2E.
module exp2_polynomial #(
    parameter int DIFFERENCE = 17,
    parameter bit SIGNED     = 1'b0,
    parameter int LOG2E      = 0,
    parameter int DROP       = 0,
    parameter int APPEND     = 0,
    parameter int BINARY     = 17,
    parameter int FRAC       = 12,
    parameter int DEGREE     = 3,
    parameter int GUARD      = 2,
    parameter int WIDTH      = 19,
    parameter logic [(DEGREE+1)*WIDTH-1:0] COEFFICIENTS = '1,
    parameter int TOP        = 65536,
    parameter int VALUE      = 17
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic [DIFFERENCE-1:0] difference,
    output logic [VALUE-1:0]      value
);
    localparam int DOWN = BINARY - FRAC + 1;

    logic [FRAC-1:0] first_fraction;
    logic [DOWN-1:0] first_down;

    binary_distance #(
        .DIFFERENCE(DIFFERENCE), .SIGNED(SIGNED), .LOG2E(LOG2E), .DROP(DROP), .APPEND(APPEND), .BINARY(BINARY),
        .FRAC(FRAC)
    ) i_distance (
        .clk(clk), .en(en), .difference(difference), .fraction(first_fraction), .down(first_down)
    );

    generate
        for (genvar step = 0; step < DEGREE; step++) begin : g_step
            localparam logic [WIDTH-1:0] ADDEND = COEFFICIENTS[(DEGREE-1-step)*WIDTH+:WIDTH];
            logic [WIDTH-1:0] sum, given;
            logic [FRAC-1:0] given_fraction;
            logic [DOWN-1:0] given_down;
            /* verilator lint_off UNUSEDSIGNAL */
            logic [WIDTH-1:0] partial;  // what the next step reads
            logic [FRAC-1:0] fraction;
            logic [DOWN-1:0] down;
            logic [WIDTH+FRAC-1:0] product;
            /* verilator lint_on UNUSEDSIGNAL */
            if (step == 0) begin : g_first
                assign given = COEFFICIENTS[DEGREE*WIDTH+:WIDTH];
                assign given_fraction = first_fraction;
                assign given_down = first_down;
            end else begin : g_next
                assign given = g_step[step-1].partial;
                assign given_fraction = g_step[step-1].fraction;
                assign given_down = g_step[step-1].down;
            end
            assign product = (WIDTH + FRAC)'(given) * (WIDTH + FRAC)'(given_fraction);
            assign sum = product[FRAC+:WIDTH] + ADDEND;
            if (step < DEGREE - 1) begin : g_kept
                always_ff @(posedge clk)
                    if (en) begin
                        partial <= sum;
                        fraction <= given_fraction;
                        down <= given_down;
                    end
            end else begin : g_last
                logic [WIDTH-GUARD-1:0] clipped;
                assign clipped = sum[WIDTH-1:GUARD] > (WIDTH - GUARD)'(TOP) ? (WIDTH - GUARD)'(TOP) : sum[WIDTH-1:GUARD];
                assign partial = sum;
                assign fraction = given_fraction;
                assign down = given_down;
                always_ff @(posedge clk) if (en) value <= VALUE'(clipped >> given_down);
            end
        end
    endgenerate
endmodule

// (x + sqrt(x**2 + B)) / 2 of a signed code x, truncated to GUARD more fraction bits than it has; B in its squared steps.
// The root is found bit by bit, a register after each of its BITS.
module squareplus #(
    parameter int DIFFERENCE = 8,
    parameter bit SIGNED     = 1'b1,
    parameter int B          = 1024,
    parameter int GUARD      = 8,
    parameter int BITS       = 18,
    parameter int STAGES     = 17,
    parameter int VALUE      = 16
) (
    input  logic                  clk,
    input  logic                  en,
    input  logic [DIFFERENCE-1:0] difference,  // the code
    output logic [VALUE-1:0]      value
);
    localparam int SCALE = GUARD + 1;
    localparam int WIDTH = DIFFERENCE + 1;
    localparam int REST = BITS + 2;
    localparam int FULL = (BITS > WIDTH + SCALE ? BITS : WIDTH + SCALE) + 1;

    logic [WIDTH-1:0] code, magnitude;
    logic [2*BITS-1:0] square;

    assign code = {SIGNED && difference[DIFFERENCE-1], difference};
    assign magnitude = code[WIDTH-1] ? -code : code;
    assign square = ((2 * BITS)'(magnitude) * (2 * BITS)'(magnitude) + (2 * BITS)'(B)) << (2 * SCALE);

    generate
        for (genvar place = 0; place < BITS; place++) begin : g_bit
            // so far: the rest of the square, its digits to come (two at a time from the top), the root's bits
            /* verilator lint_off UNUSEDSIGNAL */
            logic [REST-1:0] rest, given_rest;
            logic [2*BITS-1:0] digits, given_digits;
            /* verilator lint_on UNUSEDSIGNAL */
            logic [BITS-1:0] root, given_root;
            logic [WIDTH-1:0] x, given_x;
            logic [REST-1:0] trial, next;
            logic one;
            if (place == 0) begin : g_first
                assign given_rest = '0;
                assign given_digits = square;
                assign given_root = '0;
                assign given_x = code;
            end else begin : g_next
                assign given_rest = g_bit[place-1].rest;
                assign given_digits = g_bit[place-1].digits;
                assign given_root = g_bit[place-1].root;
                assign given_x = g_bit[place-1].x;
            end
            assign trial = {given_rest[REST-3:0], given_digits[2*BITS-1-:2]};
            assign next = trial - {given_root, 2'b01};
            assign one = trial >= {given_root, 2'b01};
            if (place >= BITS - STAGES && place < BITS - 1) begin : g_kept
                always_ff @(posedge clk)
                    if (en) begin
                        rest <= one ? next : trial;
                        digits <= given_digits << 2;
                        root <= {given_root[BITS-2:0], one};
                        x <= given_x;
                    end
            end else begin : g_through
                assign rest = one ? next : trial;
                assign digits = given_digits << 2;
                assign root = {given_root[BITS-2:0], one};
                assign x = given_x;
            end
        end
    endgenerate

    /* verilator lint_off UNUSEDSIGNAL */
    logic [FULL-1:0] sum;
    /* verilator lint_on UNUSEDSIGNAL */
    logic [WIDTH-1:0] x;
    assign x = g_bit[BITS-1].x;
    assign sum = ({{(FULL - WIDTH) {x[WIDTH-1]}}, x} << SCALE) + FULL'(g_bit[BITS-1].root);

    always_ff @(posedge clk) if (en) value <= VALUE'(sum[FULL-1:2]);
endmodule

// A shift register as a source of comparison numbers: STRIDE steps to the left in a cycle, the parity of the bits in
// TAPS shifted in. INSERTED: the feedback is inverted where the low bits are 0, so that the state 0 occurs as well.
// `restart` brings back the first number.
module sc_lfsr #(
    parameter int               WIDTH    = 10,
    parameter logic [WIDTH-1:0] TAPS     = 'h240,
    parameter logic [WIDTH-1:0] START    = 1,
    parameter int               STRIDE   = 1,
    parameter bit               INSERTED = 1'b0
) (
    input  logic             clk,
    input  logic             restart,
    input  logic             step,
    output logic [WIDTH-1:0] number
);
    logic [WIDTH-1:0] states[0:STRIDE];

    assign states[0] = number;
    generate
        for (genvar k = 0; k < STRIDE; k++) begin : g_step
            logic parity;
            assign parity = ^(states[k] & TAPS) ^ (INSERTED && states[k][WIDTH-2:0] == '0);
            assign states[k+1] = {states[k][WIDTH-2:0], parity};
        end
    endgenerate

    always_ff @(posedge clk)
        if (restart) number <= START;
        else if (step) number <= states[STRIDE];
endmodule

// A count divided by the sum of its row, rounded once, ties to even, and at most HIGHEST: restoring division, a bit of
// the quotient in each cycle of `step`, FRAC + 1 of them. The count is at most the sum. The next count may be loaded in
// the last of the cycles.
module sc_divide_counts #(
    parameter int              SUM     = 20,
    parameter int              COUNT   = 11,
    parameter int              FRAC    = 16,
    parameter int              OUTPUT  = 16,
    parameter logic [OUTPUT:0] HIGHEST = '1
) (
    input  logic              clk,
    input  logic              load,
    input  logic              step,
    input  logic              fresh,  // the first step
    input  logic [COUNT-1:0]  count,
    input  logic [SUM-1:0]    sum,    // at least 1
    output logic [OUTPUT-1:0] y
);
    localparam int WIDE = (FRAC > OUTPUT ? FRAC : OUTPUT) + 2;

    logic [SUM-1:0] rest, difference;
    logic [SUM:0] trial, twice;
    logic [COUNT-1:0] numerator;
    logic [FRAC:0] quotient;
    logic [WIDE-1:0] rounded;
    logic fits;

    assign trial = fresh ? (SUM + 1)'(numerator) : {rest, 1'b0};
    assign fits = trial >= {1'b0, sum};
    assign difference = trial[SUM-1:0] - sum;

    always_ff @(posedge clk) begin
        if (load) numerator <= count;
        if (step) begin
            rest <= fits ? difference : trial[SUM-1:0];
            quotient <= fresh ? (FRAC + 1)'(fits) : {quotient[FRAC-1:0], fits};
        end
    end

    assign twice = {rest, 1'b0};
    assign rounded = WIDE'(quotient) + WIDE'(twice > {1'b0, sum} || (twice == {1'b0, sum} && quotient[0]));
    assign y = rounded > WIDE'(HIGHEST) ? OUTPUT'(HIGHEST) : OUTPUT'(rounded);
endmodule

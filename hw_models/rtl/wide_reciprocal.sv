// 1 / sum by chords of its mantissa that keep every bit: (intercept - slope * the whole normalised sum) >> (BASE + exponent),
// truncated, at most its largest code. A word of the table is {intercept, slope}. Six cycles from `start`: registers after
// normalisation, product, difference, shift and clip, and one behind them.
module wide_reciprocal #(
    parameter int SUM       = 25,
    parameter int PIECE     = 3,
    parameter int SLOPE     = 50,
    parameter int INTERCEPT = 75,
    parameter int BASE      = 44,
    parameter int ROW       = 50,
    parameter     FILE      = ""
) (
    input  logic           clk,
    input  logic           rst,
    input  logic           en,
    input  logic           start,
    input  logic [SUM-1:0] sum,
    output logic [ROW-1:0] row
);
    localparam int PLACE = $clog2(SUM);
    localparam int SHIFTED = INTERCEPT > BASE + ROW ? INTERCEPT - BASE : ROW;
    localparam int WIDE = SHIFTED + BASE;

    logic [PLACE-1:0] exponent, exponent_1, exponent_2, exponent_3;
    logic [SUM-2:0] fraction;
    logic [SUM-1:0] normalized;
    logic [INTERCEPT-1:0] intercept, intercept_2, difference;
    logic [SLOPE-1:0] slope;
    logic [SLOPE+SUM-1:0] product;
    /* verilator lint_off UNUSEDSIGNAL */
    logic [WIDE-1:0] wide;
    /* verilator lint_on UNUSEDSIGNAL */
    logic [SHIFTED-1:0] shifted;
    logic [ROW-1:0] clipped;
    logic [4:0] go;  // the registers that load in this cycle, but for the first

    leading_one #(.SUM(SUM), .EXPONENT(PLACE), .FRACTION(SUM - 1)) i_normalize (
        .sum(sum), .exponent(exponent), .fraction(fraction)
    );
    rom #(.ADDRESS(PIECE), .WIDTH(INTERCEPT + SLOPE), .FILE(FILE)) i_rom (
        .address(normalized[SUM-2-:PIECE]), .word({intercept, slope})
    );
    assign wide = WIDE'(difference);

    always_ff @(posedge clk)
        if (rst) go <= '0;
        else if (en) begin
            go <= {go[3:0], start};
            if (start) begin
                normalized <= {1'b1, fraction};
                exponent_1 <= exponent;
            end
            if (go[0]) begin
                product <= (SLOPE + SUM)'(slope) * (SLOPE + SUM)'(normalized);
                intercept_2 <= intercept;
                exponent_2 <= exponent_1;
            end
            if (go[1]) begin
                difference <= intercept_2 - INTERCEPT'(product);
                exponent_3 <= exponent_2;
            end
            if (go[2]) shifted <= wide[WIDE-1:BASE] >> exponent_3;
            if (go[3]) clipped <= (SHIFTED + 1)'(shifted) > (SHIFTED + 1)'({ROW{1'b1}}) ? '1 : shifted[ROW-1:0];
            if (go[4]) row <= clipped;
        end
endmodule

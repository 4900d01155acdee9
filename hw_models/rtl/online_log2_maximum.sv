// A running maximum of unsigned codes, whose growth divides the sum so far by 2**k with k of `log2_code`.
module online_log2_maximum #(
    parameter int LANES   = 4,
    parameter int CODE    = 8,
    parameter int FRAC    = 4,
    parameter bit ROUNDED = 1'b1
) (
    input  logic                  clk,
    input  logic                  step,
    input  logic                  first,
    input  logic [LANES-1:0]      live,
    input  logic [LANES*CODE-1:0] codes,
    output logic [CODE-1:0]       reference_code,
    output logic [3:0]            shift
);
    logic [CODE-1:0] growth;

    online_maximum #(.LANES(LANES), .CODE(CODE)) i_maximum (
        .clk(clk), .step(step), .first(first), .live(live), .codes(codes), .reference_code(reference_code),
        .shift(growth)
    );
    log2_code #(.DIFFERENCE(CODE), .FRAC(FRAC), .ROUNDED(ROUNDED)) i_code (.difference(growth), .code(shift));
endmodule

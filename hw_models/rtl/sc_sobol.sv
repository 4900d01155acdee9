// A Sobol sequence in Gray order: each cycle one direction number is added without carry, that of the lowest 0 of the
// count. VECTORS: the direction numbers, the first in the lowest bits. COUNT, START: count and number at `restart`.
module sc_sobol #(
    parameter int                     WIDTH   = 10,
    parameter logic [WIDTH*WIDTH-1:0] VECTORS = '0,
    parameter logic [WIDTH-1:0]       COUNT   = '0,
    parameter logic [WIDTH-1:0]       START   = '0
) (
    input  logic             clk,
    input  logic             restart,
    input  logic             step,
    output logic [WIDTH-1:0] number
);
    logic [WIDTH-1:0] count, lowest, added;

    // The count runs on past the last number, where the sequence begins anew: the lowest 0 is then taken as the highest
    // bit, whose direction number leads back to 0.
    assign lowest = &count ? {1'b1, {(WIDTH - 1){1'b0}}} : ~count & (count + 1'b1);

    always_comb begin
        added = '0;
        for (int k = 0; k < WIDTH; k++) if (lowest[k]) added = added | VECTORS[k*WIDTH+:WIDTH];
    end

    always_ff @(posedge clk)
        if (restart) begin
            count <= COUNT;
            number <= START;
        end else if (step) begin
            count <= count + 1'b1;
            number <= number ^ added;
        end
endmodule

// Clock, random numbers and resets of a bench, and its end: `PASS` or `FAIL` below a line of counts.
//
// +stall   valid and ready at random
// +walk    valid and ready pause, in the course of the rows, at every group
// +reset   resets in the middle of rows, each STEP cycles further into them; the rows that were under way come again
// (none)   valid and ready always high; the cycles of every row are compared
// +rows=N  only the first N rows
module row_control #(
    parameter int ROWS   = 1,
    parameter int STEP   = 1,
    parameter int RESETS = 64,
    parameter int HANG   = 100000  // cycles without a row
) (
    output logic        clk,
    output logic        rst,
    output logic        stalls,
    output logic        walks,
    output logic        counts,
    output logic [31:0] random,
    input  int          row,
    input  int          elements,
    input  int          mismatches,
    input  int          wrong_cycles,
    input  int          latency
);
    int wanted = ROWS, cycle = 0, resets = 0, since = 0, idle = 0, last_row = 0;
    logic resetting;

    initial begin
        clk = 1'b0;
        rst = 1'b1;
        random = 32'h2545f491;
        stalls = $test$plusargs("stall") != 0;
        walks = $test$plusargs("walk") != 0;
        resetting = $test$plusargs("reset") != 0;
        if ($value$plusargs("rows=%d", wanted) != 0 && wanted > ROWS) wanted = ROWS;
        counts = !stalls && !walks && !resetting;
    end
    always #1 clk = !clk;

    function automatic logic [31:0] xorshift(input logic [31:0] x);
        logic [31:0] a, b;
        a = x ^ (x << 13);
        b = a ^ (a >> 17);
        return b ^ (b << 5);
    endfunction

    always @(posedge clk) begin
        cycle <= cycle + 1;
        random <= xorshift(random);
        since <= rst ? 0 : since + 1;
        rst <= cycle < 4 || (resetting && !rst && resets < RESETS && since == resets * STEP);
        if (cycle >= 4 && resetting && !rst && resets < RESETS && since == resets * STEP) resets <= resets + 1;
        last_row <= row;
        idle <= rst || row != last_row ? 0 : idle + 1;
        if (idle > HANG) begin
            $display("HANG at row %0d", row);
            $finish;
        end
        if (row >= wanted) begin
            $display("RESULT rows %0d elements %0d mismatches %0d wrong_cycles %0d cycles %0d latency %0d resets %0d",
                     row, elements, mismatches, wrong_cycles, cycle, latency, resets);
            $display("%s", mismatches == 0 && wrong_cycles == 0 ? "PASS" : "FAIL");
            $finish;
        end
    end
endmodule

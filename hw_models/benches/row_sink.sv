// Takes the outputs of a circuit and compares them with rows.mem and outputs.mem: codes, `keep`, `last`, that an output
// which is not taken stays as it is and, with `counts`, the cycles from row to row and the latency of every row.
//
// `stalls`: ready at random. `walks`: row r is not taken for a while at its group (r / groups) mod (its groups).
module row_sink #(
    parameter int ROWS   = 1,
    parameter int GROUPS = 1,
    parameter int LANES  = 4,
    parameter int OUTPUT = 8,
    parameter int PAUSE  = 3,
    parameter int SHOWN  = 5     // differences that are printed
) (
    input  logic                    clk,
    input  logic                    rst,
    input  logic                    stalls,
    input  logic                    walks,
    input  logic                    counts,
    input  logic [31:0]             random,
    input  logic                    row_begins,  // the circuit takes the first group of a row
    input  logic                    valid,
    output logic                    ready,
    input  logic [LANES*OUTPUT-1:0] codes,
    input  logic [LANES-1:0]        keep,
    input  logic                    last,
    output int                      row,         // rows that are done
    output int                      row_group,   // groups before this row
    output int                      elements,
    output int                      mismatches,
    output int                      wrong_cycles,
    output int                      latency      // of the first row
);
    logic [95:0] rows[0:ROWS-1];  // length; above it the cycles to the next row and the latency
    logic [LANES*OUTPUT-1:0] outputs[0:GROUPS-1];
    initial begin
        $readmemh("rows.mem", rows);
        $readmemh("outputs.mem", outputs);
    end

    int began[0:ROWS-1];  // the cycle in which a row began
    int cycle = 0, begun = 0, place = 0, waited = 0;
    int wrong, good, length, groups;
    logic random_ready = 1'b0, held = 1'b0, ends;
    logic [LANES*OUTPUT+LANES:0] kept;

    initial begin
        row = 0;
        row_group = 0;
        elements = 0;
        mismatches = 0;
        wrong_cycles = 0;
        latency = 0;
    end

    assign length = row < ROWS ? int'(rows[row][31:0]) : 1;
    assign groups = (length + LANES - 1) / LANES;
    assign ends = (place + 1) * LANES >= length;
    assign ready = walks ? !(valid && place == (row / groups) % groups && waited < PAUSE) : !stalls || random_ready;

    always @(posedge clk) begin
        cycle <= cycle + 1;
        random_ready <= random[8:7] != 2'b00;
        if (rst) begin
            held <= 1'b0;
            place <= 0;
            waited <= 0;
            begun <= row;
        end else begin
            if (row_begins) begin
                began[begun] <= cycle;
                begun <= begun + 1;
                if (counts && begun > 0) expect_distance;
            end
            held <= valid && !ready;
            waited <= valid && !ready ? waited + 1 : 0;
            kept <= {last, keep, codes};
            if (held && (!valid || kept !== {last, keep, codes})) begin
                if (mismatches < SHOWN) $display("row %0d: the output changed while it was not taken", row);
                mismatches <= mismatches + 1;
            end
            if (valid === 1'b1 && ready) begin
                compare;
                place <= ends ? 0 : place + 1;
                if (ends) begin
                    if (counts) expect_latency;
                    if (row == 0) latency <= cycle - began[0] + 1;
                    row <= row + 1;
                    row_group <= row_group + groups;
                end
            end else if (valid !== 1'b0 && !(held || !ready)) begin
                $display("row %0d: out_valid is unknown", row);
                mismatches <= mismatches + 1;
            end
        end
    end

    task compare;
        wrong = 0;
        good = 0;
        for (int lane = 0; lane < LANES; lane++) begin
            if (keep[lane] !== (place * LANES + lane < length)) wrong = wrong + 1;
            else if (keep[lane] === 1'b1) begin
                good = good + 1;
                if (codes[lane*OUTPUT+:OUTPUT] !== outputs[row_group+place][lane*OUTPUT+:OUTPUT]) wrong = wrong + 1;
            end
        end
        if (last !== ends) wrong = wrong + 1;
        if (wrong != 0 && mismatches < SHOWN)
            $display("row %0d group %0d: %h instead of %h", row, place, codes, outputs[row_group+place]);
        elements <= elements + good;
        mismatches <= mismatches + wrong;
    endtask

    task expect_distance;  // from row to row
        if (cycle - began[begun-1] != rows[begun-1][63:32]) begin
            if (wrong_cycles < SHOWN)
                $display("row %0d of %0d codes: the next one began after %0d cycles instead of %0d", begun - 1,
                         rows[begun-1][31:0], cycle - began[begun-1], rows[begun-1][63:32]);
            wrong_cycles <= wrong_cycles + 1;
        end
    endtask

    task expect_latency;  // first and last cycle counted
        if (cycle - began[row] + 1 != rows[row][95:64]) begin
            if (wrong_cycles < SHOWN)
                $display("row %0d of %0d codes: under way for %0d cycles instead of %0d", row, length,
                         cycle - began[row] + 1, rows[row][95:64]);
            wrong_cycles <= wrong_cycles + 1;
        end
    endtask
endmodule

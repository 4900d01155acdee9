// Offers the rows of rows.mem and inputs.mem to a circuit, group by group.
//
// What the circuit must not read is random: codes beside a group, in lanes beyond the end of a row, and `length` except
// with the first group. `stalls`: groups come at random. `walks`: row r pauses before its group r mod (its groups).
module row_source #(
    parameter int ROWS   = 1,
    parameter int GROUPS = 1,
    parameter int LANES  = 4,
    parameter int CODE   = 8,
    parameter int LENGTH = 8,
    parameter int PAUSE  = 3
) (
    input  logic                  clk,
    input  logic                  rst,
    input  logic                  stalls,
    input  logic                  walks,
    input  logic [31:0]           random,
    input  logic [31:0]           restart_row,    // where to go on after a reset
    input  logic [31:0]           restart_group,
    output logic                  valid,
    input  logic                  ready,
    output logic [LANES*CODE-1:0] codes,
    output logic [LENGTH-1:0]     length,
    output logic                  row_begins      // the first group of a row is taken
);
    logic [95:0] rows[0:ROWS-1];  // length; above it the cycles to the next row and the latency
    logic [LANES*CODE-1:0] inputs[0:GROUPS-1];
    logic [31:0] lengths[0:ROWS-1];
    initial begin
        $readmemh("rows.mem", rows);
        $readmemh("inputs.mem", inputs);
        for (int number = 0; number < ROWS; number++) lengths[number] = rows[number][31:0];
    end

    int row, group, place, idle;               // place: of the group in its row
    int next_row, next_group, next_place;      // after this cycle
    int elements, next_groups;
    logic [LANES*CODE-1:0] any;

    function automatic int length_of(input int number);
        return number < ROWS ? int'(lengths[number]) : 1;
    endfunction

    always_comb begin
        elements = length_of(row);
        any = {((LANES * CODE + 31) / 32) {random}};
        for (int lane = 0; lane < LANES; lane++)
            if (valid && place * LANES + lane < elements) any[lane*CODE+:CODE] = inputs[group][lane*CODE+:CODE];
        codes = any;
        length = valid && place == 0 ? LENGTH'(elements) : random[8+:LENGTH];
        row_begins = valid && ready && place == 0;
        next_row = row;
        next_group = group;
        next_place = place;
        if (valid && ready) begin
            next_group = group + 1;
            next_place = (place + 1) * LANES < elements ? place + 1 : 0;
            if (next_place == 0) next_row = row + 1;
        end
        next_groups = (length_of(next_row) + LANES - 1) / LANES;
    end

    always @(posedge clk)
        if (rst) begin
            row <= restart_row;
            group <= restart_group;
            place <= 0;
            valid <= 1'b0;
            idle <= 0;
        end else begin
            row <= next_row;
            group <= next_group;
            place <= next_place;
            idle <= valid ? 0 : idle + 1;
            if (!valid || ready)
                valid <= next_row < ROWS && !(stalls && random[1:0] == 2'b00)
                      && !(walks && next_place == next_row % next_groups && idle < PAUSE);
        end
endmodule

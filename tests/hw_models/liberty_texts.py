"""Small liberty files of our own, with numbers that can be followed by hand."""

HEAD = """library (small) { /* a comment */
  time_unit : "10ps"; capacitive_load_unit (1, pf); voltage_unit : "1V"; leakage_power_unit : "1uW";
  nom_voltage : 2.0;
  lu_table_template (delay) {
    variable_1 : total_output_net_capacitance; variable_2 : input_net_transition;
    index_1 ("0.0, 1.0"); index_2 ("0.0, 10.0");
  }
  lu_table_template (setup) {
    variable_1 : constrained_pin_transition; variable_2 : related_pin_transition;
    index_1 ("0.0, 10.0"); index_2 ("0.0, 10.0");
  }
  power_lut_template (energy) { variable_1 : input_transition_time; index_1 ("0.0, 10.0"); }
"""

INVERTER = """  cell (INV) {
    area : 3; cell_leakage_power : 0.5;
    pin (A) { direction : input; capacitance : 0.01; rise_capacitance : 0.02; }
    pin (Y) {
      direction : output; function : "A'";
      timing () {
        related_pin : "A"; timing_sense : negative_unate;
        cell_rise (delay) { values ("1, 2", \\
                                    "11, 12"); }
        cell_fall (delay) { values ("2, 3", "22, 23"); }
        rise_transition (delay) { values ("1, 1", "5, 5"); }
        fall_transition (delay) { values ("2, 2", "6, 6"); }
      }
      internal_power () { related_pin : A; power (energy) { values ("0.25, 0.75"); } }
    }
  }
"""

NAND2 = """  cell ("NAND2") {
    area : 4
    pin (A, B) { direction : input; capacitance : 0.01 }
    pin (Y) { direction : output; function : "!(A B)" }
  }
"""

FLIP_FLOP = """  cell (DFF) {
    area : 20;
    ff ("IQ", "IQN") { clocked_on : "CK"; next_state : "D"; }
    pin (CK) { direction : input; clock : true; capacitance : 0.03; }
    pin (D) {
      direction : input; capacitance : 0.01;
      timing () {
        related_pin : "CK"; timing_type : setup_rising;
        rise_constraint (setup) { values ("3, 4", "13, 14"); }
        fall_constraint (setup) { values ("5, 6", "15, 16"); }
      }
    }
    pin (Q) {
      direction : output; function : "IQ";
      timing () {
        related_pin : "CK"; timing_type : rising_edge; timing_sense : non_unate;
        cell_rise (delay) { values ("20, 20", "30, 30"); }
        cell_fall (delay) { values ("25, 25", "35, 35"); }
        rise_transition (delay) { values ("4, 4", "8, 8"); }
        fall_transition (delay) { values ("6, 6", "9, 9"); }
      }
    }
  }
"""

LATCH = """  cell (LATCH) { area : 9; latch (IQ, IQN) { enable : "G"; data_in : "D"; }
    pin (Q) { direction : output; function : "IQ"; } }
"""

SMALL = HEAD + INVERTER + NAND2 + FLIP_FLOP + LATCH + "}\n"

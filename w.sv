module w(input logic clk, input logic en, input logic [8:0] difference, output logic [16:0] value);
table_product #(.DIFFERENCE(9), .COVERED(9), .GROUPS(9), .SIZES(72'h010101010101010101), .STARTS(72'h080706050403020100), .ONE_FRAC(16), .CONSTANTS(153'hb012c0454a5e2d4da331d7dc3d6f07d)) i(.clk(clk),.en(en),.difference(difference),.value(value));
endmodule

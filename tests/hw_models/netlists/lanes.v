// A base-2 softmax datapath of P lanes: difference to the maximum, 2**-d by an 8-word table and a shift, sum of the
// terms, and the multiplication of every term with a reciprocal that is loaded from outside.
module lanes #(parameter P = 8) (
    input clk, input clear, input load, input [8*P-1:0] x, input [7:0] maximum, input [15:0] reciprocal,
    output reg [8*P-1:0] y, output reg [23:0] sum
);
  reg [15:0] factor;
  reg [8*P-1:0] codes;
  reg [16*P-1:0] terms;
  wire [24*P-1:0] partial;
  always @(posedge clk) if (load) factor <= reciprocal;
  genvar i;
  generate
    for (i = 0; i < P; i = i + 1) begin : lane
      wire [7:0] d = maximum - codes[8*i +: 8];
      reg [15:0] fraction;
      always @* case (d[2:0])
        3'd0: fraction = 16'd65535; 3'd1: fraction = 16'd60096; 3'd2: fraction = 16'd55108; 3'd3: fraction = 16'd50534;
        3'd4: fraction = 16'd46340; 3'd5: fraction = 16'd42494; 3'd6: fraction = 16'd38967; default: fraction = 16'd35733;
      endcase
      wire [15:0] term = fraction >> d[7:3];
      wire [31:0] product = terms[16*i +: 16] * factor;
      assign partial[24*i +: 24] = (i == 0 ? 24'd0 : partial[24*(i == 0 ? 0 : i-1) +: 24]) + terms[16*i +: 16];
      always @(posedge clk) begin
        codes[8*i +: 8] <= x[8*i +: 8];
        terms[16*i +: 16] <= term;
        y[8*i +: 8] <= product[31:24];
      end
    end
  endgenerate
  always @(posedge clk) sum <= clear ? 24'd0 : sum + partial[24*(P-1) +: 24];
endmodule

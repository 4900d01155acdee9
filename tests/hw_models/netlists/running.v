// A row's running maximum, sum of products and count: adder, multiplier, comparator, and three kinds of flip-flops.
module running #(parameter W = 6, parameter S = 16) (
    input clk, input start, input valid, input signed [W-1:0] x, input [W-1:0] weight,
    output reg signed [W-1:0] maximum, output reg [S-1:0] sum, output reg [3:0] count
);
  always @(posedge clk) begin
    if (start) begin
      maximum <= {1'b1, {(W-1){1'b0}}};
      sum <= 0;
      count <= 0;
    end else if (valid) begin
      if (x > maximum) maximum <= x;
      sum <= sum + weight * weight;
      count <= count + 1;
    end
  end
endmodule

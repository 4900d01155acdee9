// No reference is looked for: distances are from this code.
module constant_reference #(
    parameter int REFERENCE = 8,
    parameter logic [REFERENCE-1:0] LEVEL = '1
) (
    output logic [REFERENCE-1:0] reference_code
);
    assign reference_code = LEVEL;
endmodule

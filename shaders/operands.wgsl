// Before a product's kernel: what it multiplies, four floats a load. Half precision loads from operands_half.wgsl.
@group(0) @binding(2) var<storage, read> inp: array<vec4f>;
@group(0) @binding(3) var<storage, read> weight: array<vec4f>;
@group(0) @binding(7) var<storage, read> dout: array<vec4f>;

fn inp4(i: u32) -> vec4f { return inp[i]; }
fn weight4(i: u32) -> vec4f { return weight[i]; }
fn dout4(i: u32) -> vec4f { return dout[i]; }

// Before a product's kernel: what it multiplies, as half.wgsl packed it, four numbers a load; sums stay f32. Core WGSL, so no adapter lacks it.
// A matrix lies `shift` loads into its binding, whose start WebGPU wants at a multiple of 256 bytes.
@group(0) @binding(2) var<storage, read> inp: array<vec2u>;
@group(0) @binding(3) var<storage, read> weight: array<vec2u>;
@group(0) @binding(7) var<storage, read> dout: array<vec2u>;

fn four(x: vec2u) -> vec4f { return vec4f(unpack2x16float(x.x), unpack2x16float(x.y)); }
fn inp4(i: u32) -> vec4f { return four(inp[i]); }
fn weight4(i: u32) -> vec4f { return four(weight[params.shift + i]); }
fn dout4(i: u32) -> vec4f { return four(dout[i]); }

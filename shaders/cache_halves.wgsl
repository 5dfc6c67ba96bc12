// Before attention_slots.wgsl: keys and values as halves, four an element, unpacked as they are read.
@group(0) @binding(5) var<storage, read> cache: array<vec2u>;
fn four(at: u32) -> vec4f { return vec4f(unpack2x16float(cache[at].x), unpack2x16float(cache[at].y)); }

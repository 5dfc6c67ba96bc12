// Before attention_slots.wgsl: keys and values as they are.
@group(0) @binding(5) var<storage, read> cache: array<vec4f>;
fn four(at: u32) -> vec4f { return cache[at]; }

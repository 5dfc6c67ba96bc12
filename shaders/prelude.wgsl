// Before every shader. Every pass is launched for a plan's capacity; Live says how much of it this batch fills, so a
// partly filled batch costs what it holds. Workgroups are 64 threads; `flat_index` numbers the threads of a 2-D grid.
struct Live { rows: u32, unique: u32, pad0: u32, pad1: u32 }

fn flat_index(group: vec3u, groups: vec3u, lane: u32) -> u32 {
  return (group.y * groups.x + group.x) * 64u + lane;
}

// Two numbers as halves in one word, those out of a half's range as its largest: past it WGSL promises nothing.
fn halves(x: vec2f) -> u32 { return pack2x16float(clamp(x, vec2f(-65504.0), vec2f(65504.0))); }

// NaN or infinity, by bits: arithmetic tests may be optimised away.
fn is_finite(x: f32) -> bool { return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u; }

// half: out = inp in half precision, four numbers in two words. Past the largest half, 65,504, rounding included, and for NaN it is an infinity:
// pack2x16float promises nothing there, and a step that meets one has to come out not finite.
//   inp [capacity, 4 quads] f32   out [capacity, quads] two words each; rows row0.. as in matmul.wgsl
struct Params { quads: u32, row0: u32, capacity: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> live: Live;
@group(0) @binding(2) var<storage, read> inp: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> out: array<vec2u>;

// From here on a float rounds past the largest half.
const OVER = vec2f(65520.0);

fn pair(x: vec2f) -> u32 {
  let kept = halves(x);
  let infinite = ((bitcast<vec2u>(x) >> vec2u(16u)) & vec2u(0x8000u)) | vec2u(0x7c00u);
  let fits = abs(x) < OVER;
  return select(infinite.x, kept & 0xffffu, fits.x) | select(infinite.y << 16u, kept & 0xffff0000u, fits.y);
}

fn packed(x: vec4f) -> vec2u { return vec2u(pair(x.xy), pair(x.zw)); }

// four numbers a thread of each live row, writes =
@compute @workgroup_size(64)
fn pack(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  if (i >= min(max(live.rows, params.row0) - params.row0, params.capacity) * params.quads) { return; }
  out[i] = packed(inp[i]);
}

// four numbers a thread, `capacity` rows whatever the batch fills, writes =
@compute @workgroup_size(64)
fn pack_all(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  if (i >= params.capacity * params.quads) { return; }
  out[i] = packed(inp[i]);
}

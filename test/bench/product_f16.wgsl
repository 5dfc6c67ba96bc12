enable f16;
// out[r, c] = sum_k left[r, k] right[c, k], stored as f16 and summed in f32: what half the bytes can give a large product at most.
//   left [M, K]   right [N, K]   out [M, N] f32   shape = (M, N, K, 0)   wide, half [n], converted once
// M and N are multiples of 128, K of 16: it measures an adapter, and no model has to fit.
@group(0) @binding(0) var<uniform> shape: vec4u;
@group(0) @binding(1) var<storage, read> left: array<vec4h>;
@group(0) @binding(2) var<storage, read> right: array<vec4h>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;
@group(0) @binding(4) var<storage, read> wide: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> half: array<vec4h>;

// groups (65535, ...) of 256 threads, one for four numbers; writes =
@compute @workgroup_size(256)
fn narrow(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * 256u + lane;
  if (i < arrayLength(&wide)) { half[i] = vec4h(wide[i]); }
}

// Sixteen columns of 128 rows of either side, four columns a vector, widened as they arrive: 16 KiB, all that every adapter has.
var<workgroup> rows: array<vec4f, 512>;
var<workgroup> cols: array<vec4f, 512>;

// groups (N / 128, M / 128), writes =; a thread holds 8 x 8 outputs, 16 apart, so that neighbours read and write neighbours
@compute @workgroup_size(16, 16)
fn tiled(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) id: vec3u, @builtin(local_invocation_index) lane: u32) {
  let K = shape.z / 4u;
  let r0 = group.y * 128u; let c0 = group.x * 128u;
  var sum: array<f32, 64>;
  for (var k0 = 0u; k0 < K; k0 += 4u) {
    for (var half_tile = 0u; half_tile < 2u; half_tile++) {
      let at = half_tile * 256u + lane; let row = at / 4u; let k = at % 4u;
      rows[k * 128u + row] = vec4f(left[(r0 + row) * K + k0 + k]);
      cols[k * 128u + row] = vec4f(right[(c0 + row) * K + k0 + k]);
    }
    workgroupBarrier();
    for (var k = 0u; k < 4u; k++) {
      var b: array<vec4f, 8>;
      for (var j = 0u; j < 8u; j++) { b[j] = cols[k * 128u + id.x + 16u * j]; }
      for (var i = 0u; i < 8u; i++) {
        let a = rows[k * 128u + id.y + 16u * i];
        for (var j = 0u; j < 8u; j++) {
          sum[i * 8u + j] = fma(a.x, b[j].x, fma(a.y, b[j].y, fma(a.z, b[j].z, fma(a.w, b[j].w, sum[i * 8u + j]))));
        }
      }
    }
    workgroupBarrier();
  }
  for (var i = 0u; i < 8u; i++) {
    for (var j = 0u; j < 8u; j++) { out[(r0 + id.y + 16u * i) * shape.y + c0 + id.x + 16u * j] = sum[i * 8u + j]; }
  }
}

// groups (N / 32, M / 32), writes =; 4 x 4 outputs a thread and no workgroup memory: for adapters whose caches do that work better
@compute @workgroup_size(8, 8)
fn direct(@builtin(global_invocation_id) id: vec3u) {
  let K = shape.z / 4u;
  let r = id.y * 4u; let c = id.x * 4u;
  var s0 = vec4f(); var s1 = vec4f(); var s2 = vec4f(); var s3 = vec4f();
  for (var k = 0u; k < K; k++) {
    let b = mat4x4f(vec4f(right[c * K + k]), vec4f(right[(c + 1u) * K + k]), vec4f(right[(c + 2u) * K + k]), vec4f(right[(c + 3u) * K + k]));
    s0 += vec4f(left[r * K + k]) * b; s1 += vec4f(left[(r + 1u) * K + k]) * b;
    s2 += vec4f(left[(r + 2u) * K + k]) * b; s3 += vec4f(left[(r + 3u) * K + k]) * b;
  }
  let sum = mat4x4f(s0, s1, s2, s3);
  for (var i = 0u; i < 4u; i++) {
    for (var j = 0u; j < 4u; j++) { out[(r + i) * shape.y + c + j] = sum[i][j]; }
  }
}

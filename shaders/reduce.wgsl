// reduce: sums over rows in a fixed order, in two launches.
//   chunks:  chunk_sums[s, c] = sum over the rows of chunk s of inp[r, c]        (a bias gradient's first half)
//   columns: out[c] += sum_s chunk_sums[s, c]
//   inp [rows, C]   chunk_sums [chunks, C]   out [C]
struct Params { cols: u32, chunk: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> live: Live;
@group(0) @binding(2) var<storage, read> inp: array<f32>;
@group(0) @binding(3) var<storage, read_write> chunk_sums: array<f32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>;

// chunks * C threads, writes =
@compute @workgroup_size(64)
fn chunks(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  if (i >= arrayLength(&chunk_sums)) { return; }
  let c = i % params.cols;
  let first = (i / params.cols) * params.chunk;
  let last = min(first + params.chunk, live.rows);
  var sum = 0.0;
  for (var r = first; r < last; r++) { sum += inp[r * params.cols + c]; }
  chunk_sums[i] = sum;
}

// C threads, writes +=
@compute @workgroup_size(64)
fn columns(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let c = flat_index(group, groups, lane);
  if (c >= params.cols) { return; }
  let count = arrayLength(&chunk_sums) / params.cols;
  var sum = 0.0;
  for (var s = 0u; s < count; s++) { sum += chunk_sums[s * params.cols + c]; }
  out[c] = out[c] + sum;
}

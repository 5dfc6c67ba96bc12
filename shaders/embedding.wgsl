// embedding: out[r, c] = weight[id[r], c];  dweight[v, c] += sum over rows r with id[r] = v of dout[r, c].
//   token [rows] (id, position, segment start, segment end)   weight, dweight [V, C]   out, dout [rows, C]
//   weight and dweight may be a slice of the vocabulary, `ids` rows from the id `first` on: other rows are left alone
//   slots [S] (last token, position, generated, row * 2 + done), active_slots [rows]: the decoding form takes its ids from the slots
//   occurrences: distinct ids [capacity], rows sorted by id [capacity], first row of each id [capacity + 1]
// The sum runs in row order in one thread, so the gradient is the same in every run.
struct Params { cols: u32, capacity: u32, first: u32, ids: u32 }
@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<uniform> live: Live;
@group(0) @binding(2) var<storage, read> token: array<vec4u>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>;
@group(0) @binding(5) var<storage, read> occurrences: array<u32>;
@group(0) @binding(6) var<storage, read> dout: array<f32>;
@group(0) @binding(7) var<storage, read_write> dweight: array<f32>;
@group(0) @binding(8) var<storage, read> slots: array<vec4u>;
@group(0) @binding(9) var<storage, read> active_slots: array<u32>;

// An id below `first` wraps around to one far past `ids`.
fn look_up(i: u32, id: u32) {
  let row = id - params.first;
  if (row < params.ids) { out[i] = weight[row * params.cols + i % params.cols]; }
}

// rows * C threads, writes =
@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  if (i >= live.rows * params.cols) { return; }
  look_up(i, token[i / params.cols].x);
}

// rows * C threads, writes =
@compute @workgroup_size(64)
fn forward_slots(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  if (i >= live.rows * params.cols) { return; }
  look_up(i, slots[active_slots[i / params.cols]].x);
}

// distinct ids * C threads, writes +=
@compute @workgroup_size(64)
fn backward(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = flat_index(group, groups, lane);
  if (i >= live.unique * params.cols) { return; }
  let u = i / params.cols;
  let c = i % params.cols;
  let row = occurrences[u] - params.first;
  if (row >= params.ids) { return; }
  let last = occurrences[2u * params.capacity + u + 1u];
  var sum = 0.0;
  for (var j = occurrences[2u * params.capacity + u]; j < last; j++) {
    sum += dout[occurrences[params.capacity + j] * params.cols + c];
  }
  let at = row * params.cols + c;
  dweight[at] = dweight[at] + sum;
}

// out[i] = inp[i]: what a kernel can read and write in a second. Threads: one for four floats, folded into rows of 65535 workgroups.
@group(0) @binding(0) var<storage, read> inp: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> out: array<vec4f>;

@compute @workgroup_size(256)
fn copy(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  let i = (group.y * groups.x + group.x) * 256u + lane;
  if (i < arrayLength(&inp)) { out[i] = inp[i]; }
}

// Nothing: what a dispatch costs by itself.
@compute @workgroup_size(1)
fn nothing() {}

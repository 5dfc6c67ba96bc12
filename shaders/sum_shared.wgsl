// A sum over the 64 threads of a workgroup, for the kernel that follows: through workgroup memory.
var<workgroup> parts: array<f32, 64>;

// The sum over the workgroup's threads, by halves, in the same order every time.
fn add_up(x: f32, lane: u32) -> f32 {
  parts[lane] = x;
  for (var half = 32u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { parts[lane] += parts[lane + half]; }
  }
  workgroupBarrier();
  return parts[0];
}

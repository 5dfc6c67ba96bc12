enable subgroups;
// A sum over the 64 threads of a workgroup, for the kernel that follows: each subgroup adds up its own at once, one exchange does the rest.
var<workgroup> parts: array<f32, 64>;

// The sum over the workgroup's threads. The first of each subgroup leaves the subgroup's sum, its others 0; then every subgroup adds up all 64.
// A subgroup's size and places are counted, not asked for: any size and any sharing out of the threads will do.
fn add_up(x: f32, lane: u32) -> f32 {
  let place = subgroupExclusiveAdd(1u); let size = subgroupAdd(1u);
  let sum = subgroupAdd(x);
  parts[lane] = select(0.0, sum, place == 0u);
  workgroupBarrier();
  var all = 0.0;
  for (var i = place; i < 64u; i += size) { all += parts[i]; }
  return subgroupAdd(all);
}

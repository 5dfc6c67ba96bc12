/** Knows two-word names that people can tell apart and say aloud; knows nothing of runs. */

const FIRST = 'amber azure brisk calm cedar clear coral crisp dusky early fern flint frosty gentle golden hazel ivory jade keen lilac lively lunar maple mellow misty noble ochre olive opal pearl plum quiet rapid rosy russet sage silver slate snowy solar steady sunny swift teal tidal velvet vivid warm wild willow'.split(' ');
const SECOND = 'badger bat bear beaver bison crane crow deer dove eagle egret elk falcon finch fox gecko goose hare hawk heron ibis jay kestrel koala lark lemur lynx magpie marten mole moth newt otter owl panda puffin quail raven robin seal shrew sparrow stork swan tern toad trout vole wolf wren'.split(' ');

/**
 * A name such as `amber-fox` that is not in `taken`; with all 2,500 taken, one with a number behind it.
 * `random` is uniform in [0, 1).
 */
export function freshName(taken: ReadonlySet<string>, random: () => number = Math.random): string {
  const start = Math.floor(random() * FIRST.length * SECOND.length);
  for (let offset = 0; offset < FIRST.length * SECOND.length; offset++) {
    const index = (start + offset) % (FIRST.length * SECOND.length);
    const name = `${FIRST[Math.floor(index / SECOND.length)]!}-${SECOND[index % SECOND.length]!}`;
    if (!taken.has(name)) return name;
  }
  for (let number = 2; ; number++) {
    const name = `${FIRST[0]!}-${SECOND[0]!}-${number}`;
    if (!taken.has(name)) return name;
  }
}

/** `name copy`, `name copy 2`, ...: the first that is not taken; with another word for other ways of coming from a run. */
export function copyName(name: string, taken: ReadonlySet<string>, word: 'copy' | 'branch' | 'imported' = 'copy'): string {
  const stem = name.replace(new RegExp(` ${word}( \\d+)?$`), '');
  for (let number = 1; ; number++) {
    const copy = number === 1 ? `${stem} ${word}` : `${stem} ${word} ${number}`;
    if (!taken.has(copy)) return copy;
  }
}

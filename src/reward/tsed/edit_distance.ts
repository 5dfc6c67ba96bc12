/** Exact edit distance between ordered labelled trees, in bounded time; knows no language and no similarity. */

export interface OrderedTree {
  label: string;
  children: OrderedTree[];
}

/** Cost of one edit. Deleted nodes lie in the first tree, inserted ones in the second. */
export interface EditCosts { delete: number; insert: number; rename: number }

/** `exact` false: the trees were too large, and `cost` is that of one valid edit script, so never below the distance. */
export interface EditDistance { cost: number; exact: boolean }

export const treeSize = (tree: OrderedTree): number => tree.children.reduce((sum, child) => sum + treeSize(child), 1);

/** A node with what the comparison asks: equal `label` numbers = equal labels, equal `shape` numbers = equal subtrees. */
interface Numbered { label: number; shape: number; size: number; children: Numbered[] }

/** Numbers labels and whole subtrees alike for both trees of a pair. */
function numbering(): (tree: OrderedTree) => Numbered {
  const labels = new Map<string, number>(), shapes = new Map<string, number>();
  const number = (map: Map<string, number>, key: string): number => {
    const known = map.get(key);
    if (known !== undefined) return known;
    map.set(key, map.size);
    return map.size - 1;
  };
  const visit = (tree: OrderedTree): Numbered => {
    const label = number(labels, tree.label);
    let key = `${label}`, size = 1;
    const children = tree.children.map(visit);
    for (const child of children) { key += `,${child.shape}`; size += child.size; }
    return { label, shape: number(shapes, key), size, children };
  };
  return visit;
}

const sizeOf = (forest: readonly Numbered[]): number => forest.reduce((sum, tree) => sum + tree.size, 0);

/**
 * Takes off what an optimal script leaves alone. With costs that are the same for every node, equal first (or last) trees of two forests
 * may be mapped onto each other, and so may two roots of equal label: any script that does otherwise deletes and inserts as much or more.
 */
function strip(left: Numbered[], right: Numbered[]): [Numbered[], Numbered[]] {
  for (;;) {
    let from = 0, end1 = left.length, end2 = right.length;
    while (from < end1 && from < end2 && left[from]!.shape === right[from]!.shape) from++;
    while (end1 > from && end2 > from && left[end1 - 1]!.shape === right[end2 - 1]!.shape) { end1--; end2--; }
    left = left.slice(from, end1);
    right = right.slice(from, end2);
    if (left.length !== 1 || right.length !== 1 || left[0]!.label !== right[0]!.label) return [left, right];
    [left, right] = [left[0]!.children, right[0]!.children];
  }
}

/** Nodes in postorder, children from the left (or from the right, `mirrored`), below a root of its own. */
interface Flat {
  count: number;
  labels: Int32Array;
  /** Postorder number of the first leaf below each node. */
  first: Int32Array;
  /** Nodes that have a sibling before them, and the root: each starts a table of its own. Ascending. */
  keyroots: number[];
  /** Sum of the keyroots' subtree sizes; the product of both sides' is the number of table cells. */
  work: number;
}

function flatten(forest: readonly Numbered[], mirrored: boolean): Flat {
  const count = sizeOf(forest) + 1;
  const labels = new Int32Array(count), first = new Int32Array(count);
  const keyroots: number[] = [];
  let next = 0, work = 0;
  const visitAll = (nodes: readonly Numbered[]): void => {
    for (let k = 0; k < nodes.length; k++) visit(nodes[mirrored ? nodes.length - 1 - k : k]!, k > 0);
  };
  const visit = (node: Numbered, keyroot: boolean): void => {
    const leaf = next;
    visitAll(node.children);
    first[next] = leaf;
    labels[next] = node.label;
    if (keyroot) { keyroots.push(next); work += next - leaf + 1; }
    next++;
  };
  visitAll(forest);
  first[next] = 0;
  labels[next] = -1;
  keyroots.push(next);
  return { count, labels, first, keyroots, work: work + count };
}

// Scratch of the tables, grown when needed: a fresh matrix for every pair would cost more than filling it.
let forests = new Float64Array(0), trees = new Float64Array(0);

/** Zhang and Shasha 1989, "Simple fast algorithms for the editing distance between trees and related problems". */
function zhangShasha(a: Flat, b: Flat, costs: EditCosts): number {
  const width = b.count, del = costs.delete, ins = costs.insert, ren = costs.rename;
  if (forests.length < (a.count + 1) * (width + 1)) forests = new Float64Array((a.count + 1) * (width + 1));
  if (trees.length < a.count * width) trees = new Float64Array(a.count * width);
  const fd = forests, td = trees, first1 = a.first, first2 = b.first, labels1 = a.labels, labels2 = b.labels;
  // Most keyroots are leaves. A leaf is mapped onto a node of its label where the other tree has one, onto any other else, and all the rest
  // is deleted or inserted: no table for those.
  const mapped = Math.min(ren, del + ins);
  for (let x = 0; x < a.count; x++) {
    if (first1[x] !== x) continue;
    for (let y = 0, last = -1, row = x * width; y < width; y++) {
      if (labels2[y] === labels1[x]) last = y;
      td[row + y] = (y - first2[y]!) * ins + (last >= first2[y]! ? 0 : mapped);
    }
  }
  for (let y = 0; y < width; y++) {
    if (first2[y] !== y) continue;
    for (let x = 0, last = -1; x < a.count; x++) {
      if (labels1[x] === labels2[y]) last = x;
      td[x * width + y] = (x - first1[x]!) * del + (last >= first1[x]! ? 0 : mapped);
    }
  }
  for (const i of a.keyroots) {
    const from1 = first1[i]!;
    if (from1 === i) continue;
    for (const j of b.keyroots) {
      const from2 = first2[j]!, columns = j - from2 + 2;
      if (from2 === j) continue;
      // fd[x][y]: distance of the forests from1..from1+x-1 and from2..from2+y-1.
      fd[0] = 0;
      for (let y = 1; y < columns; y++) fd[y] = fd[y - 1]! + ins;
      for (let x = from1; x <= i; x++) {
        const row = (x - from1 + 1) * columns, above = row - columns, before = (first1[x]! - from1) * columns;
        let here = fd[above]! + del;
        fd[row] = here;
        if (first1[x] !== from1) {
          // Off the path of i: the two last trees are matched as wholes, at a distance known from an earlier table.
          const pairs = x * width, shift = before - from2;
          for (let y = from2, column = 1; y <= j; y++, column++) {
            const deleted = fd[above + column]! + del, inserted = here + ins, matched = fd[shift + first2[y]!]! + td[pairs + y]!;
            here = deleted < inserted ? deleted : inserted;
            if (matched < here) here = matched;
            fd[row + column] = here;
          }
          continue;
        }
        const label = labels1[x]!, pairs = x * width;
        for (let y = from2, column = 1; y <= j; y++, column++) {
          const deleted = fd[above + column]! + del, inserted = here + ins, start2 = first2[y]!;
          here = deleted < inserted ? deleted : inserted;
          if (start2 === from2) {
            const matched = fd[above + column - 1]! + (label === labels2[y] ? 0 : ren);
            if (matched < here) here = matched;
            td[pairs + y] = here;
          } else {
            const matched = fd[before + start2 - from2]! + td[pairs + y]!;
            if (matched < here) here = matched;
          }
          fd[row + column] = here;
        }
      }
    }
  }
  return td[(a.count - 1) * width + width - 1]!;
}

/** Cost of the script that keeps levels and pairs children one by one from the left; linear time. */
function childByChild(left: Numbered[], right: Numbered[], costs: EditCosts): number {
  [left, right] = strip(left, right);
  const paired = Math.min(left.length, right.length);
  let cost = costs.delete * sizeOf(left.slice(paired)) + costs.insert * sizeOf(right.slice(paired));
  for (let k = 0; k < paired; k++) {
    const one = left[k]!, other = right[k]!;
    if (one.shape === other.shape) continue;
    cost += (one.label === other.label ? 0 : Math.min(costs.rename, costs.delete + costs.insert)) + childByChild(one.children, other.children, costs);
  }
  return cost;
}

/** Table cells that one comparison may fill, and entries it may keep; a larger pair is compared child by child. */
const MOST_CELLS = 2e7, MOST_PAIRS = 4e6;

/** Least cost of turning the first tree into the second by deleting, inserting and renaming nodes. */
export function editDistance(original: OrderedTree, other: OrderedTree, costs: EditCosts): EditDistance {
  const numbered = numbering();
  const [left, right] = strip([numbered(original)], [numbered(other)]);
  if (left.length === 0) return { cost: costs.insert * sizeOf(right), exact: true };
  if (right.length === 0) return { cost: costs.delete * sizeOf(left), exact: true };
  if (sizeOf(left) * sizeOf(right) <= MOST_PAIRS) {
    // Paths to the leftmost or to the rightmost leaves: the distance is the same, the work is not.
    const leftmost = [flatten(left, false), flatten(right, false)] as const, rightmost = [flatten(left, true), flatten(right, true)] as const;
    const [a, b] = leftmost[0].work * leftmost[1].work <= rightmost[0].work * rightmost[1].work ? leftmost : rightmost;
    if (a.work * b.work <= MOST_CELLS) return { cost: zhangShasha(a, b, costs), exact: true };
  }
  return { cost: childByChild(left, right, costs), exact: false };
}

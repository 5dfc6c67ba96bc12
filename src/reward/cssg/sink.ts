/** What may become of a value; knows no expression and no statement. */

import type { TreeNode } from '../tree';
import type { Variable } from './flow';
import type { Scope } from './names';
import type { How } from './targets';

/** What becomes of a value: nothing, the function's result, or a definition of targets. */
export type Sink =
  | { kind: 'discard' }
  | { kind: 'return' }
  | { kind: 'assign'; targets: readonly { node: TreeNode; how: How }[]; operator: string; scope: Scope; kept?: Variable };

export const DISCARD: Sink = { kind: 'discard' };
export const RETURN: Sink = { kind: 'return' };

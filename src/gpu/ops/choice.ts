/** Turns what the tuner says of a product into launches, for any number of rows up to a plan's capacity. Knows no kernel. */
import { rowsWithin, type Dispatch, type Launch, type Plan } from '../plan';
import { ROW_CLASSES, rowClass, type Kernel, type Product } from '../tuner';

/** `capacity` rows from `row0` on. */
export interface ProductRows { inner: number; cols: number; capacity: number; row0?: number }

/** The kernels that are wanted for any of the row classes, each once, and which of them runs for how many rows. `allowed` may put another in a kernel's place. */
export function tuned<K extends Kernel>(
  plan: Plan, product: Product, { inner, cols, capacity, row0 }: ProductRows, launch: (kernel: K) => Launch, allowed: (kernel: Kernel) => K,
): Launch & Pick<Dispatch, 'others' | 'choose'> {
  const classes = ROW_CLASSES.slice(0, rowClass(capacity) + 1).map(rows => allowed(plan.gpu.tuner.kernel(product, inner, cols, Math.min(rows, capacity))));
  const kernels = [...new Set(classes)], index = classes.map(kernel => kernels.indexOf(kernel));
  const [first, ...others] = kernels.map(launch);
  return { ...first!, others, choose: rows => index[Math.min(index.length - 1, rowClass(Math.max(1, rowsWithin(rows, capacity, row0))))]! };
}

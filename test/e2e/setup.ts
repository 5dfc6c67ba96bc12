/** Before the first end-to-end test: one up-to-date build, so that commands started side by side do not build over each other. */
import { ensureBuilt } from '../../scripts/build.mjs';

export async function setup(): Promise<void> {
  await ensureBuilt();
}

/** Draws how far a run is on stderr, one line that stays in place on a terminal; knows numbers only. */
import type { Progress } from './page';

const WIDTH = 24;

/** Seconds as "42 s", "3 min 20 s" or "2 h 05 min". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
}

/** One line: bar over the steps of the run, the phase within the step, and the time left by the mean speed so far. */
export function progressLine(progress: Progress, elapsed: number): string {
  const share = progress.steps > 0 ? Math.min(1, progress.step / progress.steps) : 0;
  const full = Math.round(share * WIDTH);
  const within = progress.total > 0 ? ` ${progress.done}/${progress.total}` : '';
  // Before the first step there is nothing to estimate from.
  const left = progress.step > 0 && share < 1 ? `, about ${duration((elapsed / progress.step) * (progress.steps - progress.step))} left` : '';
  return `[${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}] step ${progress.step}/${progress.steps}  ${progress.phase}${within}  ${duration(elapsed)}${left}`;
}

/** Writes progress to stderr: in place on a terminal, else a line whenever the step or the phase changes, at most every 5 s. */
export function progressBar(stream: NodeJS.WriteStream = process.stderr): { show(progress: Progress): void; end(): void } {
  const began = Date.now();
  let lastText = '';
  let lastAt = 0;
  return {
    show(progress) {
      const line = progressLine(progress, (Date.now() - began) / 1000);
      if (stream.isTTY) {
        stream.write(`\r\u001b[K${line.slice(0, (stream.columns ?? 100) - 1)}`);
        return;
      }
      const key = `${progress.phase} ${progress.step}`;
      if (key === lastText || Date.now() - lastAt < 5_000) return;
      lastText = key;
      lastAt = Date.now();
      stream.write(`${line}\n`);
    },
    end() {
      if (stream.isTTY) stream.write('\n');
    },
  };
}

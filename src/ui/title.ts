/** What the browser's tab is called: the run while there is one, so that it can be watched from elsewhere. Knows no view. */
import type { RunView } from './state';

/** `42 % · amber-fox` while a run goes; else the tab of the page. */
export function titleOf(run: Pick<RunView, 'state' | 'step' | 'steps' | 'name' | 'stage'>, tab: string): string {
  const page = `${tab} · BatCoder Lab`;
  if (run.name === '') return page;
  const share = run.steps > 0 ? Math.floor(100 * Math.min(1, run.step / run.steps)) : 0;
  const at = run.stage === 'warmstart' ? `warm-up ${share} %` : `${share} %`;
  switch (run.state) {
    case 'starting': return `Starting · ${run.name}`;
    case 'running': case 'pausing': case 'stopping': return `${at} · ${run.name}`;
    case 'paused': return `Paused at ${at} · ${run.name}`;
    case 'finished': return `Finished · ${run.name}`;
    case 'failed': return `Failed · ${run.name}`;
    default: return page;
  }
}

/** Pause, step and stop as a run feels them at its step boundaries. */
import { describe, expect, it } from 'vitest';
import { Steering } from '../../src/ui/steering';

const turns = async (): Promise<void> => { for (let i = 0; i < 20; i++) await Promise.resolve(); };

function running(): { steering: Steering; states: string[]; steps: () => number; ended: () => boolean } {
  const states: string[] = [];
  const steering = new Steering(state => states.push(state));
  let steps = 0;
  let ended = false;
  void (async () => {
    while (steps < 1000) {
      await steering.gate();
      if (steering.stopping()) break;
      steps++;
      await Promise.resolve();
    }
    ended = true;
  })();
  return { steering, states, steps: () => steps, ended: () => ended };
}

describe('Steering', () => {
  it('holds the run at the next boundary and lets single steps through', async () => {
    const run = running();
    await turns();
    run.steering.pause();
    await turns();
    const held = run.steps();
    expect(run.steering.state).toBe('paused');
    await turns();
    expect(run.steps()).toBe(held);
    for (let i = 1; i <= 3; i++) {
      run.steering.step();
      await turns();
      expect([run.steps(), run.steering.state]).toEqual([held + i, 'paused']);
    }
    run.steering.proceed();
    await turns();
    expect(run.steps()).toBeGreaterThan(held + 3);
    expect(run.states.slice(0, 2)).toEqual(['pausing', 'paused']);
  });

  it('ends a paused run on stop without another step', async () => {
    const run = running();
    run.steering.pause();
    await turns();
    const held = run.steps();
    run.steering.stop();
    await turns();
    expect([run.steps(), run.ended(), run.steering.state]).toEqual([held, true, 'stopping']);
    run.steering.proceed();
    run.steering.pause();
    expect(run.steering.state).toBe('stopping');
  });

  it('asks for one save at a pause and at each request, and for none otherwise', () => {
    const steering = new Steering(() => undefined);
    expect(steering.wantsSave()).toBe(false);
    steering.pause();
    expect([steering.wantsSave(), steering.wantsSave()]).toEqual([true, false]);
    steering.save();
    steering.save();
    expect([steering.wantsSave(), steering.wantsSave()]).toEqual([true, false]);
  });

  it('takes a pause back before it was reached', async () => {
    const run = running();
    run.steering.pause();
    run.steering.proceed();
    const before = run.steps();
    await turns();
    expect(run.steps()).toBeGreaterThan(before);
    expect(run.steering.state).toBe('running');
  });
});

/** Calls to a worker that never answers again must end. */
import { describe, expect, it } from 'vitest';
import { Lifeline } from '../../src/ui/lifeline';

describe('Lifeline', () => {
  it('passes answers and errors through and holds on to nothing', async () => {
    const line = new Lifeline();
    expect(await line.guard(() => Promise.resolve(7))).toBe(7);
    await expect(line.guard(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await Promise.resolve();
    expect(line.waiting).toBe(0);
  });
  it('rejects what waits and what comes after, with the first reason', async () => {
    const line = new Lifeline();
    const never = line.guard(() => new Promise<never>(() => undefined));
    expect(line.waiting).toBe(1);
    line.cut(new Error('lost'));
    line.cut(new Error('again'));
    await expect(never).rejects.toThrow('lost');
    let asked = 0;
    await expect(line.guard(() => { asked++; return Promise.resolve(1); })).rejects.toThrow('lost');
    expect([asked, line.waiting]).toEqual([0, 0]);
  });
});

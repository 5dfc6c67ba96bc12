/** A run whose reward has embeddings by the policy's frozen copy: the real loop on the tabular model. */
import { expect, test } from 'vitest';
import { run, warmWeights } from './small_run';

const POLICY = { embedding: 'policy', weightEmbedding: 0.5, steps: 2, evaluateEvery: 2 } as const;

test('every step and evaluation is scored with it, and the part counts by its weight', async () => {
  const tensors = await warmWeights();
  const { rows, events, notices } = await run(POLICY, { tensors });
  const steps = rows.filter((row) => 'loss' in row);
  expect(steps).toHaveLength(2);
  for (const row of steps) {
    expect(row['rewards/embedding/mean']).toBeGreaterThan(0.1);
    expect(row['rewards/embedding/mean']).toBeLessThanOrEqual(1);
  }
  const rebuilt = events.flatMap((event) => (event.type === 'episodes' ? event.episodes.flatMap((episode) => episode.reconstructions) : []));
  expect(rebuilt.length).toBeGreaterThan(10);
  for (const { parts, code, similarity, exact } of rebuilt) {
    if (exact) expect(parts['embedding']).toBeCloseTo(1, 6);
    if (code.trim() === '') continue;
    // Without a grammar the structure part does not apply.
    const weights = { edit: 0.3, f1: 0.2, chrf: 0.1, embedding: 0.5 };
    const blended = Object.entries(weights).reduce((sum, [name, weight]) => sum + weight * parts[name]!, 0) / 1.1;
    expect(similarity).toBeCloseTo(blended, 6);
  }
  expect(notices).not.toContain('embedding');
});

test('in a warm start there is no frozen copy: its scores have no embedding, and one notice says so', async () => {
  const { rows, events, notices } = await run({ ...POLICY, warmstartSteps: 4, steps: 1 });
  expect(notices.filter((code) => code === 'embedding')).toHaveLength(1);
  expect(events.find((event) => event.type === 'notice' && event.code === 'embedding')).toMatchObject({ text: expect.stringMatching(/no frozen copy/) });
  expect(rows.find((row) => 'loss' in row && 'step' in row)!['rewards/embedding/mean']).toBeGreaterThanOrEqual(0);
});

test('a model that nobody chose ends the run before it starts', async () => {
  await expect(run({ ...POLICY, embedding: 'model' })).rejects.toMatchObject({ name: 'BadInput', message: expect.stringMatching(/none was chosen.*Nothing was started/) });
});

test('a share without a source is refused with the settings', async () => {
  await expect(run({ ...POLICY, embedding: 'off' })).rejects.toMatchObject({ name: 'BadInput', message: expect.stringContaining('nothing to embed with') });
});

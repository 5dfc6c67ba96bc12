/** Holds the exported tables to their formats: RFC 4180, one JSON object a line, no formula in a spreadsheet. */
import { describe, expect, it } from 'vitest';
import { csvText, metricsCsv, metricsJsonl, samplesJsonl, toCsv } from '../../src/formats/metrics';
import type { Episode, MetricRow } from '../../src/types';

describe('metrics', () => {
  const rows: MetricRow[] = [{ loss: 0.1 + 0.2, step: 1 }, { step: 2, loss: -1e-7, 'reward/mean': NaN }, { step: 3, kl: -Infinity }];

  it('is a table with step first and a column for every name', () => {
    expect(metricsCsv(rows)).toBe("step,loss,reward/mean,kl\r\n1,0.30000000000000004,,\r\n2,-1e-7,,\r\n3,,,'-Infinity\r\n");
    expect(metricsCsv([])).toBe('');
  });

  it('is one object a line, null where there is no number', () => {
    expect(metricsJsonl(rows).split('\n')).toEqual(['{"loss":0.30000000000000004,"step":1}', '{"step":2,"loss":-1e-7,"reward/mean":null}', '{"step":3,"kl":null}', '']);
  });

  it('disarms formulas in text and quotes what needs it', () => {
    expect(['=1+1', '+a', '-b', '@c', '\td', 'plain', 'a,b', 'say "x"', 'two\nlines', ' pad', '=a,b'].map(csvText)).toEqual([
      "'=1+1", "'+a", "'-b", "'@c", "'\td", 'plain', '"a,b"', '"say ""x"""', '"two\nlines"', '" pad"', '"\'=a,b"',
    ]);
    expect(toCsv([{ '=cmd': -5, name: '@sum' }])).toBe("'=cmd,name\r\n-5,'@sum\r\n");
  });

  it('writes an episode with its reconstructions', () => {
    const episode: Episode = {
      step: 4, group: 1, itemId: 'id', language: 'python', name: 'f', path: 'a.py', code: 'def f():\n  pass', documentation: 'Does nothing.',
      documentationLogps: Float32Array.of(-0.5, -0.25), rDoc: 0.5, rDocReason: 'long', leak: 0, logLikelihood: NaN, reward: 0.4, advantage: -1, documentationTokens: 2,
      reconstructions: [{ code: 'def f(): pass', similarity: 0.8, parts: { edit: 0.8 }, advantage: 0, finished: true, exact: false, parses: true }],
    };
    const lines = samplesJsonl([episode, { ...episode, reconstructions: [] }]).split('\n');
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines[0]!)).toEqual({
      step: 4, group: 1, item_id: 'id', language: 'python', name: 'f', path: 'a.py', code: 'def f():\n  pass', documentation: 'Does nothing.', reconstruction: 'def f(): pass',
      reward: 0.4, advantage: -1, rewards: { similarity: 0.8, r_doc: 0.5, r_doc_reason: 'long', leak: 0, log_likelihood: null }, documentation_tokens: 2,
      documentation_logps: [-0.5, -0.25], reconstructions: episode.reconstructions,
    });
    expect(JSON.parse(lines[1]!)).toMatchObject({ reconstruction: null, rewards: { similarity: null } });
  });
});

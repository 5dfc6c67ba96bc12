/** What people read: numbers, errors, capability screens, addresses, announcements. */
import { describe, expect, it } from 'vitest';
import { ago, bytes, count, duration, durationRange, plural, signed, value, visible } from '../../src/ui/format';
import { Announcer, milestone, QUIET_MS } from '../../src/ui/announcer';
import { checkCapability, helpFor } from '../../src/ui/capability';
import type { Capability } from '../../src/ui/capability';
import { describeFailure } from '../../src/ui/failures';
import { formatPlace, parsePlace } from '../../src/ui/place';
import { intraline } from '../../src/ui/intraline';
import { labError } from '../../src/types';

describe('format', () => {
  it('writes numbers for people', () => {
    expect([bytes(0), bytes(999), bytes(999.6), bytes(1000), bytes(1_340_000), bytes(100_000), bytes(4.2e9), bytes(NaN)])
      .toEqual(['0 B', '999 B', '1 kB', '1 kB', '1.34 MB', '100 kB', '4.2 GB', 'unknown']);
    expect([count(1234567), count(351_440, true), count(1_120_000, true), count(90, true), count(100_000, true)]).toEqual(['1,234,567', '351 k', '1.12 M', '90', '100 k']);
    expect([value(0.12345), value(12.345), value(100), value(1e-7), value(NaN), value(undefined), value(0)]).toEqual(['0.123', '12.3', '100', '1.0e-7', '–', '–', '0']);
    expect([duration(42), duration(150), duration(4800), duration(7200)]).toEqual(['42 s', '3 min', '1 h 20 min', '2 h']);
    expect([durationRange([40, 60]), durationRange([60, 60]), durationRange([90, 240])]).toEqual(['40 to 60 s', 'about 60 s', '90 s to 4 min']);
    expect([ago(0, 5000), ago(0, 180_000), ago(0, 86_400_000), ago(0, 3 * 86_400_000)]).toEqual(['just now', '3 min ago', 'yesterday', '3 days ago']);
    expect([plural(1, 'file'), plural(2, 'file')]).toEqual(['1 file', '2 files']);
    expect([signed(0.5), signed(-0.5), signed(0)]).toEqual(['+0.500', '−0.500', '0']);
  });
});

describe('visible', () => {
  it('shows control characters and disarms direction overrides, and leaves code alone', () => {
    expect(visible('a\u0000b\u001b[31m\r\u007f')).toBe('a\u2400b\u241b[31m\u240d\u2421');
    expect(visible('x\u202ey\u2066z\u0085')).toBe('x\ufffdy\ufffdz\ufffd');
    expect(visible('def f(x):\n\treturn "é → \u4f60"')).toBe('def f(x):\n\treturn "é → \u4f60"');
  });
});

describe('Announcer', () => {
  it('says at most one message in ten seconds, the newest, and urgent ones at once', () => {
    const said: [number, string][] = [];
    let now = 0;
    let timers: { at: number; f: () => void }[] = [];
    const announcer = new Announcer(text => said.push([now, text]), () => now, (ms, f) => timers.push({ at: now + ms, f }));
    const advance = (to: number): void => {
      for (const timer of timers.filter(t => t.at <= to)) { now = timer.at; timers = timers.filter(t => t !== timer); timer.f(); }
      now = to;
    };
    announcer.announce('started');
    for (let i = 1; i <= 50; i++) { advance(i * 100); announcer.announce(`step ${i}`); }
    expect(said).toEqual([[0, 'started']]);
    advance(QUIET_MS);
    expect(said).toEqual([[0, 'started'], [QUIET_MS, 'step 50']]);
    advance(QUIET_MS + 500);
    announcer.announce('failed', true);
    expect(said.at(-1)).toEqual([QUIET_MS + 500, 'failed']);
    announcer.announce('later');
    announcer.announce('cut off');
    announcer.announce('stopped', true);
    advance(100_000);
    expect(said.at(-1)).toEqual([QUIET_MS + 500, 'stopped']);
  });

  it('has a milestone at every tenth and none between', () => {
    const said = [];
    for (let step = 1; step <= 120; step++) { const text = milestone(step, 120, step - 1); if (text) said.push(text); }
    expect(said.length).toBe(10);
    expect(said[0]).toBe('10 percent: step 12 of 120.');
    expect(said[9]).toBe('Run finished.');
  });
});

describe('capability', () => {
  const limits = { maxStorageBuffersPerShaderStage: 8, maxStorageBufferBindingSize: 134217728, maxComputeWorkgroupStorageSize: 16384 };
  const gpu = (adapter: unknown): { requestAdapter: GPU['requestAdapter'] } => ({ requestAdapter: () => Promise.resolve(adapter as GPUAdapter | null) });
  const info = { vendor: 'apple', architecture: 'm3', device: '', description: '', isFallbackAdapter: false };

  it('names the first cause that hides the others', async () => {
    expect((await checkCapability({ secure: false, gpu: undefined })).kind).toBe('insecure');
    expect((await checkCapability({ secure: true, gpu: undefined })).kind).toBe('no-api');
    expect((await checkCapability({ secure: true, gpu: gpu(null) })).kind).toBe('no-adapter');
    expect(await checkCapability({ secure: true, gpu: gpu(null), earlier: 'apple m3' })).toEqual({ kind: 'gone', detail: 'requestAdapter() gave null; earlier in this tab: apple m3' });
    const refusing = { requestAdapter: () => Promise.reject(new Error('blocked')) };
    expect(await checkCapability({ secure: true, gpu: refusing })).toEqual({ kind: 'no-adapter', detail: 'blocked' });
    const small = gpu({ limits: { ...limits, maxStorageBuffersPerShaderStage: 4 }, info, features: new Set() });
    expect(await checkCapability({ secure: true, gpu: small })).toEqual({ kind: 'limits', detail: 'maxStorageBuffersPerShaderStage is 4, 8 is needed' });
  });

  it('tells a card from a software adapter', async () => {
    const card = await checkCapability({ secure: true, gpu: gpu({ limits, info, features: new Set(['shader-f16']) }) });
    expect(card).toEqual({ kind: 'ready', name: 'apple m3', software: false, f16: true, timestamps: false, bufferLimit: 134217728 });
    const soft = await checkCapability({ secure: true, gpu: gpu({ limits, info: { ...info, vendor: 'google', architecture: 'swiftshader' }, features: new Set() }) });
    expect(soft.kind === 'ready' && soft.software && !soft.f16).toBe(true);
  });

  it('has a screen with something to do for every cause and browser', () => {
    const agents = {
      chromium: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
      firefox: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
      safari: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
      iphone: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 CriOS/130.0 Mobile/15E148 Safari/604.1',
    };
    const causes: Extract<Capability, { detail: string }>[] = [{ kind: 'insecure', detail: '' }, { kind: 'no-api', detail: '' }, { kind: 'no-adapter', detail: '' }, { kind: 'gone', detail: '' }, { kind: 'limits', detail: 'x' }];
    for (const agent of Object.values(agents)) for (const cause of causes) {
      const help = helpFor(cause, agent, 'http://192.168.0.5:4173/lab/');
      expect(help.title.length).toBeGreaterThan(10);
      expect(help.steps.length).toBeGreaterThan(0);
      expect(help.cause.length).toBeGreaterThan(40);
    }
    const of = (agent: string, kind: 'no-api' | 'no-adapter'): string => helpFor({ kind, detail: '' }, agent, '').steps.join(' ');
    expect(of(agents.firefox, 'no-api')).toContain('141');
    expect(of(agents.iphone, 'no-api')).toContain('Feature Flags');
    expect(of(agents.safari, 'no-api')).toContain('Safari 26');
    expect(of(agents.chromium, 'no-adapter')).toContain('enable-vulkan');
    expect(helpFor({ kind: 'insecure', detail: '' }, '', 'http://192.168.0.5:4173/lab/').steps[1]).toContain('http://localhost:4173/lab/');
  });
});

describe('failures', () => {
  it('gives every error name a cause, a fate and an action', () => {
    for (const name of ['WebGPUUnavailable', 'DeviceLost', 'OutOfMemory', 'BadCheckpoint', 'BadModel', 'BadInput', 'QuotaExceeded', 'StorageUnavailable', 'Stopped', 'DeviceGone', 'RunHeld', 'WorkerFailed', 'StorageEvicted', 'WrongResults', 'NotFinite'] as const) {
      const f = describeFailure(labError(name, 'm'));
      expect(f).toMatchObject({ name, message: 'm' });
      expect(f.title).not.toContain('should not');
      expect(f.fate.length * f.action.length).toBeGreaterThan(100);
    }
    expect(describeFailure(new TypeError('x is undefined')).title).toContain('should not');
    expect(describeFailure('text')).toMatchObject({ name: 'Error', message: 'text' });
    expect(describeFailure(Object.assign(new Error('p'), { name: 'toString' })).title).toContain('should not');
  });
});

describe('place', () => {
  it('reads back what it writes', () => {
    for (const place of [{ tab: 'data' }, { tab: 'samples', run: 'r-1', step: 12, item: 'abc', group: 0 }, { tab: 'samples' }] as const) expect(parsePlace(formatPlace(place))).toEqual(place);
  });
  it('leaves out what it does not understand', () => {
    expect(parsePlace('')).toEqual({ tab: 'train' });
    expect(parsePlace('#__proto__')).toEqual({ tab: 'train' });
    expect(parsePlace('#samples?step=-1&item=<b>&group=1e9&run=' + 'x'.repeat(200))).toEqual({ tab: 'samples' });
    expect(parsePlace('#data?step=3')).toEqual({ tab: 'data' });
  });
});

describe('intraline', () => {
  const join = (pieces: { text: string }[]): string => pieces.map(p => p.text).join('');
  it('marks words and gives both texts back', () => {
    const a = 'def f(xs):\n    return [x for x in xs if x > 7]\n';
    const b = 'def f(xs):\n    return [x for x in xs if x < 3]\n';
    const diff = intraline(a, b);
    expect(join(diff.original)).toBe(a);
    expect(join(diff.reconstruction)).toBe(b);
    expect(diff.original.filter(p => p.kind === 'removed').map(p => p.text)).toEqual(['>', '7']);
    expect(diff.reconstruction.filter(p => p.kind === 'added').map(p => p.text)).toEqual(['<', '3']);
    expect(diff.same).toBe(false);
    expect(intraline(a, a)).toMatchObject({ same: true, original: [{ text: a, kind: 'same' }] });
  });
  it('keeps long and hostile texts whole', () => {
    const a = '<img src=x onerror=alert(1)>\n'.repeat(400);
    const b = 'y\n'.repeat(4000);
    const diff = intraline(a, b);
    expect(join(diff.original)).toBe(a);
    expect(join(diff.reconstruction)).toBe(b);
    expect(intraline('', 'x').reconstruction).toEqual([{ text: 'x', kind: 'added' }]);
  });
});

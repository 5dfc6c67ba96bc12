/** Runs the sample corpus: JavaScript in QuickJS, Python where there is one, both against each other and against the truth. */
import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { createQuickJS, type QuickJSSandbox } from '../../src/sandbox/quickjs';
import { FAMILIES, generateSamples, type Sample } from '../../src/synthetic/corpus';
import { fillCode, functionName, type Slots } from '../../src/synthetic/slots';
import { expectedOutput } from './truth';

const python = spawnSync('python3', ['--version']).status === 0;
const ruby = spawnSync('ruby', ['--version']).status === 0;

/** Reads [[code, name, inputs], ...], writes the outputs as JSON texts. */
const PYTHON = `
import json, sys
rows = []
for code, name, inputs in json.load(sys.stdin):
    scope = {}
    exec(code, scope)
    row = []
    for arguments in inputs:
        row.append(json.dumps(scope[name](*arguments)))
    rows.append(row)
json.dump(rows, sys.stdout)
`;
const RUBY = `
require 'json'
rows = JSON.parse($stdin.read).map do |code, name, inputs|
  scope = Object.new
  scope.instance_eval(code)
  inputs.map { |arguments| JSON.generate([scope.send(name, *arguments)])[1..-2] }
end
puts JSON.generate(rows)
`;

let sandbox: QuickJSSandbox;
let samples: Sample[];
beforeAll(async () => {
  sandbox = await createQuickJS();
  samples = generateSamples({ seed: 11, count: 800, split: 'train', languages: ['javascript'] });
});

/** Outputs as values: 3 and 3.0 are one number, the order of a table's keys is not compared. */
async function runJavaScript({ item }: Sample): Promise<unknown[]> {
  const outputs = await sandbox.run({ code: item.code, name: item.name, inputs: item.inputs! });
  expect(outputs, item.code).not.toBeNull();
  for (const text of outputs!) expect(text, item.code).not.toBe('ERR');
  return outputs!.map((text) => JSON.parse(text) as unknown);
}

function runOutside(command: string, args: string[], language: 'python' | 'ruby', chosen: Sample[]): unknown[][] {
  const rows = chosen.map(({ family, slots, item }) => [fillCode(family[language]!, slots, language), functionName(slots, language), item.inputs]);
  const child = spawnSync(command, args, { input: JSON.stringify(rows), encoding: 'utf8', maxBuffer: 1 << 28 });
  expect(child.stderr).toBe('');
  return (JSON.parse(child.stdout) as string[][]).map((row) => row.map((text) => JSON.parse(text) as unknown));
}

async function expectTwins(command: string, args: string[], language: 'python' | 'ruby'): Promise<void> {
  const chosen = samples.filter(({ family }) => family[language] !== undefined);
  const outputs = runOutside(command, args, language, chosen);
  for (let i = 0; i < chosen.length; i++) {
    expect(outputs[i], chosen[i]!.item.code).toEqual(await runJavaScript(chosen[i]!));
  }
}

describe('the sample corpus runs', { timeout: 60000 }, () => {
  it('every JavaScript function runs on all its inputs, and the list families give what their documentation says', async () => {
    expect(new Set(samples.map(({ family }) => family.id)).size).toBe(48);
    let checked = 0;
    for (const sample of samples) {
      const outputs = await runJavaScript(sample);
      if (FAMILIES.indexOf(sample.family) >= 16) continue;
      const expected = sample.item.inputs!.map((input) => expectedOutput(sample.family.id, sample.slots, input as [number[], number?]));
      expect(outputs, sample.item.code).toEqual(expected);
      checked++;
    }
    expect(checked).toBeGreaterThan(200);
  });

  it.skipIf(!python)(`Python twins give the same outputs${python ? '' : ' (no python3 here: JavaScript was checked against the truth above)'}`, async () => {
    await expectTwins('python3', ['-c', PYTHON], 'python');
  });

  it.skipIf(!ruby)(`Ruby twins give the same outputs${ruby ? '' : ' (no ruby here)'}`, async () => {
    await expectTwins('ruby', ['-e', RUBY], 'ruby');
  });

  it('inputs tell apart: another operator, constant, key or character changes an output', async () => {
    const changes: Record<string, (slots: Slots) => Partial<Slots>> = {
      k: ({ k }) => ({ k: k + 1 }), k2: ({ k2 }) => ({ k2: k2 + 1 }), k0: ({ k0 }) => ({ k0: k0 === 0 ? 1 : 0 }),
      op: ({ op }) => ({ op: ({ '>': '>=', '>=': '>', '<': '<=', '<=': '<', '==': '<=', '!=': '>' } as const)[op] }),
      ar: ({ ar }) => ({ ar: ar === '+' ? '-' : '+' }), pm: ({ pm }) => ({ pm: pm === '+' ? '-' : '+' }),
      key: ({ key }) => ({ key: key === 'kind' ? 'name' : 'kind' }), c: ({ c }) => ({ c: c === ';' ? '!' : ';' }), c2: () => ({ c2: '!' }), up: ({ up }) => ({ up: up === 'upper' ? 'lower' : 'upper' }),
    };
    const told = new Map<string, [told: number, of: number]>();
    for (const sample of samples) {
      const outputs = JSON.stringify(await runJavaScript(sample));
      for (const [slot, change] of Object.entries(changes)) {
        if (!sample.family.javascript.some((line) => new RegExp(`\\$${slot}(?![a-z0-9])`).test(line))) continue;
        const slots = { ...sample.slots, ...change(sample.slots) };
        const code = fillCode(sample.family.javascript, slots, 'javascript');
        const changed = await sandbox.run({ code, name: sample.item.name, inputs: sample.item.inputs! });
        const entry = told.get(slot) ?? [0, 0];
        entry[1]++;
        if (changed === null || JSON.stringify(changed.map((text) => JSON.parse(text) as unknown)) !== outputs) entry[0]++;
        told.set(slot, entry);
      }
    }
    for (const slot of Object.keys(changes)) {
      const [caught, of] = told.get(slot)!;
      expect(of, slot).toBeGreaterThan(4);
      expect(caught / of, `${slot}: ${caught} of ${of}`).toBeGreaterThan(0.97);
    }
  });
});

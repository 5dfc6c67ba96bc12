/** `npm run kill-trials`: kills a real browser inside its saves, hundreds of times, and prints what was lost; knows arguments and a table. */
import { parseArgs } from 'node:util';
import type { Saver } from '../test/store/kill_page';
import { runKillTrials } from '../test/store/kill_trials';
import type { KillResult } from '../test/store/kill_trials';
import { findBrowser } from './find-browser.mjs';

export const USAGE = `Usage: npm run kill-trials -- [--trials 200] [--sizes 1,16,64] [--seed 1] [--bad]
  --trials N   kills at each size (default 200)
  --sizes a,b  checkpoint sizes in MB (default 1,16,64)
  --seed N     which moments (default 1)
  --bad        two bad ways of saving instead, which must lose their work: proof that the trials can see
  A browser saves without pause, is killed (SIGKILL) at a random moment of a save, started again on the same profile, and asked what
  loads. Exit status: 0 nothing was lost, corrupt or older than acknowledged, and at least 60 % of the kills were inside a save (with --bad:
  at least half of those lost something); 1 otherwise; 2 the command line is wrong and nothing was run. 600 kills take about half an hour.`;

export interface KillRequest { trials: number; sizes: number[]; seed: number; savers: Saver[] }

/** Reads the command line. @throws with the problem and the usage; nothing is run */
export function readArguments(args: string[]): KillRequest {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({ args, options: { trials: text, sizes: text, seed: text, bad: { type: 'boolean' } } });
    const whole = (value: string, name: string, least: number, most: number) => {
      const number = Number(value);
      if (!/^\d+$/.test(value.trim()) || number < least || number > most) throw new Error(`--${name}: "${value.slice(0, 40)}" is no whole number from ${least} to ${most}.`);
      return number;
    };
    return {
      trials: whole(values.trials ?? '200', 'trials', 1, 10_000), seed: whole(values.seed ?? '1', 'seed', 0, 2 ** 31),
      sizes: (values.sizes ?? '1,16,64').split(',').map(size => whole(size, 'sizes', 1, 512)), savers: values.bad ? ['delete-first', 'in-place'] : ['lab'],
    };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${USAGE}`);
  }
}

/** Whether a line of the table is as it should be: nothing lost by the lab, at least half lost by a bad saver, and the aim good enough. */
export function asItShould(saver: Saver, { trials, inSave, failedInSave, lost, corrupt, older }: KillResult): boolean {
  if (inSave < trials * 0.6) return false;
  return saver === 'lab' ? lost + corrupt + older === 0 : failedInSave >= inSave / 2;
}

export async function main(args: string[]): Promise<number> {
  let request: KillRequest;
  try {
    request = readArguments(args);
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
  const { executablePath } = await findBrowser(line => console.error(`browser: ${line}`));
  console.log('| saver | MB | kills | in a save | lost | corrupt | older | fell back | seconds |\n|-|-|-|-|-|-|-|-|-|');
  let good = true;
  for (const saver of request.savers) {
    for (const megabytes of request.sizes) {
      const began = Date.now();
      const result = await runKillTrials(executablePath, {
        trials: request.trials, megabytes, seed: request.seed + megabytes, saver,
        tell: ({ trials, lost, corrupt, older }) => { if (process.stderr.isTTY) process.stderr.write(`\r${saver}, ${megabytes} MB: ${trials} of ${request.trials} kills, ${lost + corrupt + older} losses `); },
      });
      if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
      console.log(`| ${saver} | ${megabytes} | ${result.trials} | ${result.inSave} | ${result.lost} | ${result.corrupt} | ${result.older} | ${result.fallbacks} | ${Math.round((Date.now() - began) / 1000)} |`);
      good &&= asItShould(saver, result);
    }
  }
  console.log(good ? 'As it should be.' : request.savers[0] === 'lab' ? 'NOT as it should be: something was lost, or too few kills came inside a save.' : 'NOT as it should be: the bad savers lost too little; the trials are blind.');
  return good ? 0 : 1;
}

/** `npm test`: every check of the project in turn, and one closing line with the sums; knows the checks, not what they test. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './build.mjs';
import { findBrowser } from './find-browser.mjs';

// A folder of this run alone: the checks include one that runs this script.
const reports = await mkdtemp(join(tmpdir(), 'batcoder-reports-'));
const bin = (name) => join(root, 'node_modules', ...name.split('/'));

/** A check is one command that passes or fails; a suite is a vitest project whose tests are counted one by one. */
const steps = {
  typecheck: { check: [bin('typescript/bin/tsc'), '--noEmit'] },
  lint: { check: [bin('eslint/bin/eslint.js'), '.', '--max-warnings', '0'] },
  // Two cores take two files at a time; left to itself the runner keeps one of them free.
  unit: { suite: 'unit', options: ['--maxWorkers=2'] },
  browser: { suite: 'browser', browser: true },
  build: { check: [bin('vite/bin/vite.js'), 'build', '--logLevel', 'warn'] },
  e2e: { suite: 'e2e', browser: true, needs: 'build' },
};
const plans = {
  all: ['typecheck', 'lint', 'unit', 'browser', 'build', 'e2e'],
  static: ['typecheck', 'lint'],
  unit: ['unit'],
  gpu: ['browser'],
  e2e: ['build', 'e2e'],
};

const [plan = 'all', ...rest] = process.argv.slice(2);
if (!(plan in plans)) {
  console.error(`Usage: node scripts/test.mjs [${Object.keys(plans).join(' | ')}] [test files or vitest options]`);
  process.exit(2);
}

const began = Date.now();
const sums = { passed: 0, failed: 0, skipped: 0 };
const results = [];
const outcome = {};
const env = { ...process.env, CI: process.env.CI ?? '1' };

if (plans[plan].some((name) => steps[name].browser)) {
  try {
    const found = await findBrowser((line) => console.log(`browser: ${line}`));
    env.BATCODER_CHROME = found.executablePath;
    console.log(`browser: ${found.executablePath} (${found.source}), adapter ${found.adapter}`);
  } catch (error) {
    // Without a browser the kernels and the page are untested: that is a failure, whatever else passes.
    console.error(error.message);
    record('find a browser with WebGPU', { passed: 0, failed: 1, skipped: 0 });
    for (const name of plans[plan]) if (steps[name].browser) outcome[name] = false;
  }
}

for (const name of plans[plan]) {
  const step = steps[name];
  console.log(`\n== ${name}`);
  if (outcome[name] === false || (step.needs !== undefined && outcome[step.needs] === false)) {
    console.error(`${name} cannot run: ${step.needs ?? 'a browser'} failed.`);
    outcome[name] = false;
    record(name, { passed: 0, failed: 1, skipped: 0 });
    continue;
  }
  const started = Date.now();
  const counts = step.check ? await check(step.check) : await suite(step.suite, step.options);
  outcome[name] = counts.failed === 0;
  record(name, counts, started);
}

await rm(reports, { recursive: true, force: true });
console.log(`\n${'-'.repeat(60)}`);
for (const { name, passed, failed, skipped, seconds } of results) {
  console.log(`${name.padEnd(28)} ${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}${seconds === undefined ? '' : `  ${seconds} s`}`);
}
const minutes = ((Date.now() - began) / 60_000).toFixed(1);
console.log(`${minutes} minutes${sums.skipped ? `, ${sums.skipped} skipped` : ''}`);
console.log(`${sums.passed} passed, ${sums.failed} failed`);
process.exit(sums.failed === 0 && sums.passed > 0 ? 0 : 1);

function record(name, counts, started) {
  for (const key of Object.keys(sums)) sums[key] += counts[key];
  results.push({ name, ...counts, seconds: started === undefined ? undefined : Math.round((Date.now() - started) / 1000) });
}

async function check(command) {
  const status = await node(command);
  return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 };
}

async function suite(project, options = []) {
  const report = join(reports, `${project}.json`);
  const status = await node([
    bin('vitest/vitest.mjs'), 'run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...options, ...rest,
  ]);
  let read;
  try {
    read = JSON.parse(await readFile(report, 'utf8'));
  } catch {
    console.error(`The ${project} tests ended with status ${status} and left no report.`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
  const counts = { passed: read.numPassedTests, failed: read.numFailedTests, skipped: read.numPendingTests + (read.numTodoTests ?? 0) };
  // A file that does not load, or an error outside of any test, fails the run without failing a test.
  if (status !== 0 && counts.failed === 0) counts.failed = Math.max(1, read.testResults.filter((file) => file.status === 'failed').length);
  return counts;
}

function node(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: 'inherit' });
    child.on('error', (error) => { console.error(error.message); resolve(1); });
    child.on('exit', (code, signal) => resolve(signal === null ? code : 1));
  });
}

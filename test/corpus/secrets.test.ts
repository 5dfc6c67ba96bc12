/** Fake secrets made at run time, so that no real-looking one is in the repository; recall, and false alarms on clean code. */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { entropy, findSecret } from '../../src/corpus/secrets';
import { inModules } from './node_grammars';

let state = 12345;
const next = (n: number) => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return Math.floor((state / 2 ** 32) * n); };
const from = (alphabet: string, n: number) => Array.from({ length: n }, () => alphabet[next(alphabet.length)]).join('');
const UP = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', LOW = UP.toLowerCase(), DIGIT = '0123456789', HEX = '0123456789abcdef';
const WORD = UP + LOW + DIGIT;

/** Each makes one secret of the kind it is named after (a space tells two of a kind apart) as it would stand in code. Prefixes are joined from pieces: no scanner shall find this file. */
const MAKERS: Record<string, () => string> = {
  'private key': () => `const k = "-----BEGIN ${['RSA ', 'EC ', 'OPENSSH ', ''][next(4)]}PRIVATE ${'KEY'}-----\\n${from(WORD + '+/', 64)}\\n";`,
  'AWS access key': () => `key = "${['AK', 'AS'][next(2)]}IA${from(`${UP}234567`, 16)}"`,
  'AWS secret key': () => `aws_secret_access_key = "${from(`${WORD}/+`, 40)}"`,
  'GitHub token': () => `token: 'gh${'pousr'[next(5)]}_${from(WORD, 36)}'`,
  'GitHub token ': () => `x = "github_${'pat'}_${from(WORD, 22)}_${from(WORD, 59)}"`,
  'GitLab token': () => `x = "gl${'pat'}-${from(WORD, 20)}"`,
  'Slack token': () => `x = "xo${'xb'}-${from(DIGIT, 11)}-${from(DIGIT, 12)}-${from(WORD, 24)}"`,
  'Slack webhook': () => `"https://hooks.slack.${'com'}/services/T${from(UP, 8)}/B${from(UP, 8)}/${from(WORD, 24)}"`,
  'Stripe key': () => `stripe = "sk_${'live'}_${from(WORD, 24)}"`,
  'Google API key': () => `"AI${'za'}${from(`${WORD}_-`, 35)}"`,
  'Google OAuth secret': () => `"GOC${'SPX'}-${from(WORD, 28)}"`,
  'OpenAI key': () => `"s${'k'}-proj-${from(WORD, 20)}T3Blbk${'FJ'}${from(WORD, 20)}"`,
  'Anthropic key': () => `"sk-${'ant'}-api03-${from(`${WORD}_-`, 93)}"`,
  'Hugging Face token': () => `"h${'f'}_${from(UP + LOW, 34)}"`,
  'npm token': () => `"n${'pm'}_${from(WORD, 36)}"`,
  'PyPI token': () => `"py${'pi'}-AgEIcHlwaS5vcmc${from(WORD, 60)}"`,
  'SendGrid key': () => `"S${'G'}.${from(WORD, 22)}.${from(WORD, 43)}"`,
  'Twilio key': () => `"S${'K'}${from(HEX, 32)}"`,
  'DigitalOcean token': () => `"dop_${'v1'}_${from(HEX, 64)}"`,
  'Azure storage key': () => `"DefaultEndpointsProtocol=https;Account${'Key'}=${from(WORD, 86)}=="`,
  'JSON web token': () => `"ey${'J'}${from(WORD, 30)}.ey${'J'}${from(WORD, 60)}.${from(WORD, 43)}"`,
  'Telegram bot token': () => `bot("${from('123456789', 9)}:A${'A'}${from(`${WORD}_-`, 33)}")`,
  'Shopify token': () => `"shp${'at'}_${from(HEX, 32)}"`,
  'password in a URL': () => `connect("postgres://admin:${from(WORD, 14)}7@db.internal.corp:5432/app")`,
  'password or key (by entropy)': () => `${['password', 'db_password', 'apiKey', 'client_secret', 'auth_token'.replace('auth_', '')][next(5)]} = "${from(WORD, 26)}9z"`,
  'Vault token': () => `"hv${'s'}.${from(WORD, 30)}"`,
};

test('at least 95 % of 260 fake secrets are found, and no kind is missed altogether', () => {
  let found = 0, made = 0;
  for (const [kind, make] of Object.entries(MAKERS)) {
    let hits = 0;
    for (let i = 0; i < 10; i++) hits += findSecret(`import x\n\ndef f():\n    ${make()}\n    return x\n`) === kind.trim() ? 1 : 0;
    expect(hits, kind).toBeGreaterThan(7);
    found += hits;
    made += 10;
  }
  expect(made).toBe(260);
  expect(found / made).toBeGreaterThanOrEqual(0.95);
});

test('at most 1 % of the source files of five packages are taken for secrets', () => {
  let files = 0, pieces = 0, pieceAlarms = 0;
  const alarms: string[] = [];
  for (const folder of ['lodash-es', 'preact/src', 'preact/hooks/src', 'ignore', 'comlink/dist/esm', 'd3-array/dist', 'vite/dist/node/chunks', 'playwright-core/lib/server', 'eslint/lib/rules', 'typescript-eslint/dist', 'vitest/dist/chunks']) {
    let names: string[] = [];
    try { names = readdirSync(inModules(folder)); } catch { continue; }
    for (const name of names.filter((n) => /\.[cm]?js$/.test(n))) {
      files++;
      const text = readFileSync(inModules(`${folder}/${name}`), 'utf8');
      const secret = findSecret(text);
      if (secret) alarms.push(`${folder}/${name}: ${secret}`);
      // As many pieces as small files of a person: thirty lines each.
      const lines = text.split('\n');
      for (let at = 0; at < lines.length; at += 30) {
        pieces++;
        if (secret && findSecret(lines.slice(at, at + 30).join('\n'))) pieceAlarms++;
      }
    }
  }
  expect(files).toBeGreaterThan(700);
  expect(pieces).toBeGreaterThan(5_000);
  expect(pieceAlarms / pieces).toBeLessThanOrEqual(0.01);
  expect(alarms.length / files, alarms.join('\n')).toBeLessThanOrEqual(0.01);
});

describe('ordinary code is no secret', () => {
  test.each([
    'password = input("Password: ")', 'const token = getToken();', "secret: process.env.SECRET_KEY_FOR_SIGNING_1", 'password = "correct-horse-battery-staple"',
    'API_KEY = "your-api-key-goes-here-123"', 'token = "${ACCESS_TOKEN_1234567890}"', 'url = "postgres://user:password@localhost:5432/db"',
    '"-----BEGIN PRIVATE KEY-----"', 'sha = "da39a3ee5e6b4b0d3255bfef95601890afd80709"', 'uuid = "123e4567-e89b-12d3-a456-426614174000"',
    "tokenType = 'JSXNamespacedNameToken'", 'const accessKey = "element.properties.key"',
  ])('%s', (text) => { expect(findSecret(text)).toBeNull(); });
});

test('entropy is Shannon entropy in bits per character', () => {
  expect(entropy('aaaa')).toBe(0);
  expect(entropy('abab')).toBe(1);
  expect(entropy('abcdefgh')).toBe(3);
});

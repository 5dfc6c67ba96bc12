/** The page's Content-Security-Policy and the headers that go with it; knows neither the server nor the build. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The script of the sandbox's frame, which stands in its text and inherits this policy: named by its hash, as in the frame's own. */
const frame = readFileSync(new URL('../src/sandbox/sandbox.html', import.meta.url), 'utf8');
export const frameHash = `'sha256-${createHash('sha256').update(/<script>([^]*)<\/script>/.exec(frame)[1]).digest('base64')}'`;
if (!frame.includes(frameHash)) throw new Error(`src/sandbox/sandbox.html has to name ${frameHash} in its policy.`);

/**
 * Everything is refused that is not the page's own file. 'wasm-unsafe-eval' lets the parsers and QuickJS compile; blob:
 * workers are for the bootstrap that makes a worker inherit this policy.
 */
const directives = [
  "default-src 'none'",
  `script-src 'self' 'wasm-unsafe-eval' ${frameHash}`,
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "frame-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  // No text becomes a program: the one policy stamps the page's own workers (src/ui/trusted.ts). The rest is never stamped.
  "require-trusted-types-for 'script'",
  'trusted-types batcoder-scripts',
];

/** The form for `<meta http-equiv>`, which may not carry frame-ancestors. */
export const metaPolicy = directives.join('; ');

/** The form for the header; workers loaded by URL obey only this one. */
export const headerPolicy = [...directives, "frame-ancestors 'none'"].join('; ');

/** Headers of every response of our own server. */
export const securityHeaders = {
  'Content-Security-Policy': headerPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
};

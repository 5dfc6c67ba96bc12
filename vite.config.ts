/** How the page is built and how the tests are run: one file, so that tests and build see the same shaders, grammars and targets. */
import { readFileSync, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { browserFlags } from './scripts/browser-flags.mjs';
import { grammars } from './scripts/vite-grammars.ts';
import { offline } from './scripts/vite-offline.ts';
import { policy } from './scripts/vite-policy.ts';
import { sandboxWorker } from './scripts/vite-sandbox.ts';

const root = fileURLToPath(new URL('.', import.meta.url));

/** The browser that `npm test` found; a bare `vitest run --project browser` takes Debian's when there is one. */
const executablePath = process.env['BATCODER_CHROME'] || (existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : undefined);

/** Packages that the page imports. Named here because a package discovered half-way reloads a running browser test. */
const { dependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { dependencies: Record<string, string> };
/** These find their .wasm next to themselves by import.meta.url, which pre-bundling would move. */
const unbundled = ['web-tree-sitter', '@jitl/quickjs-wasmfile-release-sync', 'pyodide'];

export default defineConfig({
  root,
  base: './',
  plugins: [grammars(root), sandboxWorker(root), policy(), offline(root)],
  // Preact's automatic JSX runtime comes from tsconfig.json (jsx, jsxImportSource), which the bundler reads.
  worker: { format: 'es' },
  build: {
    target: 'esnext',
    sourcemap: true,
    // Inlined data: URLs would need their own line in the Content-Security-Policy, and workers made from them have no origin.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      onLog(level, log, report) {
        // web-tree-sitter can turn text in a grammar into code; no grammar of ours has any, and the policy would refuse it.
        if (log.code === 'EVAL' && log.id?.includes('web-tree-sitter')) return;
        report(level, log);
      },
    },
  },
  optimizeDeps: {
    include: [
      ...Object.keys(dependencies).filter((name) => !unbundled.includes(name)),
      'preact/hooks', 'preact/jsx-runtime', 'preact/jsx-dev-runtime',
    ],
    exclude: unbundled,
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/gpu/**', 'test/browser/**', 'test/e2e/**'],
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/gpu/**/*.test.ts', 'test/browser/**/*.test.{ts,tsx}'],
          // A software adapter compiles a tiled kernel in seconds, and caches nothing.
          testTimeout: 240_000,
          hookTimeout: 240_000,
          // One software GPU: files side by side only slow each other into their limits.
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath, args: browserFlags } }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/setup.ts'],
          testTimeout: 900_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});

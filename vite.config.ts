import { defineConfig } from 'vite';
export default defineConfig({
  base: './',
  test: {
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/gpu/**', 'test/e2e/**'], environment: 'node' } },
    ],
  },
} as never);

import { defineConfig } from 'vitest/config';

// `--mode nightly` runs what takes minutes (npm run test:nightly) and nothing else.
export default defineConfig(({ mode }) => ({
  test: {
    include:
      mode === 'nightly'
        ? ['tests/nightly/**/*.test.ts', 'tests/**/*.long.test.ts']
        : ['tests/**/*.test.ts', 'tests/**/*.test.tsx'],
    // What takes long and seldom breaks is called *.long.test.ts, beside what it belongs to.
    exclude: [
      'tests/e2e/**',
      ...(mode === 'nightly' ? [] : ['tests/nightly/**', 'tests/**/*.long.test.ts']),
      '**/node_modules/**',
    ],
    globalSetup: ['tests/support/global-setup.ts'],
    testTimeout: mode === 'nightly' ? 600_000 : 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    pool: 'forks',
  },
}));

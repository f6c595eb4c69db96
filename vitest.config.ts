import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The whole fleet that is killed takes longest by far: begun last, it would be waited for alone. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLongest = ({ moduleId }: TestSpecification) => moduleId.endsWith('/faults/faults.test.ts');
    return [...sorted.filter(isLongest), ...sorted.filter((file) => !isLongest(file))];
  }
}

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
    sequence: { sequencer: LongestFirst },
  },
}));

import { describe, expect, it } from 'vitest';
import { soak } from '../support/soak.ts';

// tests/nightly/soak.test.ts does the same 10,000 times.
describe.runIf(process.platform === 'linux')('three hundred runs in one process', () => {
  it('leave no file, no process, no connection and no temporary file behind', async () => {
    const looks = await soak({ runs: 300, browserEvery: 150, databaseEvery: 100, lookEvery: 150 });
    const [first, last] = [looks[0], looks.at(-1)];
    if (!first || !last) throw new Error('Nothing was looked at.');
    expect(last.runs).toBe(300);
    // Connections for the runs at once, with both their ends in this process, close when nobody used them for 4 s.
    expect(last.sockets).toBeLessThanOrEqual(first.sockets + 8);
    expect(last.files - last.sockets).toBeLessThanOrEqual(first.files - first.sockets + 2);
    // The warm browser has one process more or less, for a page that stands ready.
    expect(last.processes).toBeLessThanOrEqual(first.processes + 2);
    expect(last.temporary).toBeLessThanOrEqual(first.temporary);
  }, 60_000);
});

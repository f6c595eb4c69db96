import { describe, expect, it } from 'vitest';
import { soak } from '../support/soak.ts';

describe.runIf(process.platform === 'linux')('ten thousand runs in one process', () => {
  it('leave memory, files, processes, connections and temporary files as they were', async () => {
    const looks = await soak({ runs: 10_000, browserEvery: 50, databaseEvery: 100, lookEvery: 1000 });
    console.table(looks);
    // The first thousand runs warm up what the others use; from then on nothing may grow.
    const [first, ...rest] = looks.slice(1);
    if (!first) throw new Error('Nothing was looked at.');
    expect(rest).toHaveLength(9);
    for (const look of rest) {
      expect(look.sockets).toBeLessThanOrEqual(first.sockets + 8);
      expect(look.files - look.sockets).toBeLessThanOrEqual(first.files - first.sockets + 2);
      // Four browsers at most, for the runs at once, each with the processes of a page that stands ready.
      expect(look.processes).toBeLessThanOrEqual(Math.max(first.processes, 60));
      expect(look.temporary).toBeLessThanOrEqual(first.temporary + 12);
      expect(look.heapMb).toBeLessThanOrEqual(first.heapMb + 15);
      expect(look.rssMb).toBeLessThanOrEqual(first.rssMb * 1.25);
    }
  });
});

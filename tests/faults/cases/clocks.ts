import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '../../support/wait-for.ts';
import { expectThat } from '../harness/fault.ts';
import { underHarm } from '../harness/under-harm.ts';

/** Wall clocks of robots and orchestrators leap by an hour, to and fro; those that only go on are left alone. */
export const clockJumps = underHarm(
  { name: 'clock-jumps', tier: 'nightly', covers: ['O10'] },
  { leaseSeconds: 8, maxJobs: 2 },
  async ({ cluster, submit, completed }) => {
    const file = join(cluster.folder, 'faketime');
    writeFileSync(file, '+0');
    const env = {
      LD_PRELOAD: fakeTimeLibrary(),
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      DONT_FAKE_MONOTONIC: '1',
    };
    for (const one of [...cluster.orchestrators, ...cluster.robots]) {
      await one.kill();
      await one.start(env);
    }
    cluster.ledger.delay(200);
    let jumps = 0;
    for (const leap of ['+1h', '+0', '-1h', '+0']) {
      const before = await completed();
      await submit(5);
      await sleep(1000);
      writeFileSync(file, leap);
      jumps++;
      await waitFor(async () => (await completed()) >= before + 4, {
        until: `work goes on at ${leap}`,
        timeoutMs: 90_000,
      });
    }
    cluster.ledger.delay(0);
    const taken = await cluster.query('select id from jobs where attempt > 1');
    return {
      violations: expectThat(taken.length === 0, `${taken.length} jobs changed their robot for a clock`),
      figures: { jumps },
    };
  },
);

function fakeTimeLibrary(): string {
  for (const folder of readdirSync('/usr/lib')) {
    const path = join('/usr/lib', folder, 'faketime');
    try {
      if (readdirSync(path).includes('libfaketime.so.1')) return join(path, 'libfaketime.so.1');
    } catch {
      // Not the folder of this machine's architecture.
    }
  }
  throw new Error('Install the package faketime: apt-get install faketime.');
}

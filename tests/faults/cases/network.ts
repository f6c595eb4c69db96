import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '../../support/wait-for.ts';
import { expectThat } from '../harness/fault.ts';
import type { HttpFaults } from '../harness/http-link.ts';
import type { Toxics } from '../harness/tcp-proxy.ts';
import { underHarm } from '../harness/under-harm.ts';

const requests: readonly HttpFaults[] = [
  { lost: 0.4 },
  { answerLost: 0.4 },
  { duplicated: 0.6 },
  { replayed: 0.5 },
  { held: 0.5 },
  { lost: 0.15, answerLost: 0.15, duplicated: 0.15, replayed: 0.15, held: 0.15 },
];

export const lossyNetwork = underHarm(
  { name: 'lost-doubled-late-requests', tier: 'nightly', covers: ['N1', 'N3', 'N4', 'N5'] },
  { leaseSeconds: 8, maxJobs: 3 },
  async ({ cluster, submit, completed }) => {
    const harmed: Record<string, number> = {};
    for (const faults of requests) {
      for (const { link } of cluster.robots) link.set(faults);
      const before = await completed();
      await submit(7);
      await waitFor(async () => (await completed()) >= before + 4, {
        until: 'most jobs have ended',
        timeoutMs: 120_000,
      });
    }
    for (const { link } of cluster.robots) {
      link.set({});
      for (const [kind, n] of Object.entries(link.harmed))
        harmed[`requests ${kind}`] = (harmed[`requests ${kind}`] ?? 0) + n;
    }
    return { figures: harmed };
  },
);

const wires: readonly (Toxics & { readonly name: string })[] = [
  { name: 'slow and uneven', delayMs: 300, jitterMs: 400 },
  { name: 'in slices of 7 bytes', sliceBytes: 7 },
  { name: '24 KB/s', bytesPerSecond: 24_000 },
  { name: 'cut in the middle of a request', cutAfterBytes: 900 },
  { name: 'half open', blackHole: true },
  { name: 'refused', refuse: true },
];

/** Between orchestrator and database: the same wires, and every statement answered late or not at all. */
export const badWires = underHarm(
  { name: 'bad-wires-to-the-database', tier: 'nightly', covers: ['N2', 'N3', 'P4', 'P5'] },
  { leaseSeconds: 20, databaseWire: true },
  async ({ cluster, submit, completed, options }) => {
    const wire = cluster.databaseWire;
    for (const { name, ...toxics } of wires) {
      options.log(name);
      const before = await completed();
      await submit(4);
      wire.set(toxics);
      await sleep(6000);
      wire.set({});
      wire.cut();
      await waitFor(async () => (await completed()) >= before + 3, {
        until: `work goes on after "${name}"`,
        timeoutMs: 90_000,
      });
    }
    return { figures: { cuts: wire.cuts } };
  },
);

export const isolatedRobot = underHarm(
  { name: 'isolated-robot', tier: 'nightly', covers: ['N2', 'N8', 'R9'] },
  { leaseSeconds: 4, maxJobs: 2 },
  async ({ cluster, submit, completed }) => {
    const [one] = cluster.robots;
    cluster.ledger.delay(150);
    await submit(10);
    await waitFor(() => (one?.workers().length ?? 0) > 0, { until: 'it works', timeoutMs: 60_000 });
    one?.link.isolate(true);
    await waitFor(async () => (await completed()) >= 8, {
      until: 'the other one has done the rest',
      timeoutMs: 120_000,
    });
    const stuck = cluster.tap.length;
    one?.link.isolate(false);
    cluster.ledger.delay(0);
    await submit(4);
    return { violations: expectThat(stuck > 0, 'nothing went over the links') };
  },
);

import { loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { runDashboard } from './fleet/dashboard.ts';
import { runRobot } from './fleet/simulated-robot.ts';
import { openConnection } from './queue/connection.ts';
import { report } from './queue/figures.ts';
import { startMeasured } from './queue/orchestrator.ts';

/**
 * A fleet at work: simulated robots that claim, beat and report, dashboards that watch and ask, and jobs submitted all the time. All of it on
 * one machine: robots and dashboards take their share of the cores that are measured.
 * BENCH_FLEET="robots,dashboards,jobs a second,seconds" measures one such fleet.
 */
const fleets =
  process.env['BENCH_FLEET'] === undefined
    ? [
        [100, 20, 50, 20],
        [100, 50, 50, 20],
        [1000, 20, 50, 30],
      ]
    : [process.env['BENCH_FLEET'].split(',').map(Number)];

console.error(`  load ${loadavg()[0]?.toFixed(2)}`);
for (const [robots = 100, dashboards = 20, rate = 50, seconds = 20] of fleets)
  await measure(robots, dashboards, rate, seconds);

async function measure(robots: number, dashboards: number, rate: number, seconds: number): Promise<void> {
  await using measured = await startMeasured();
  const { origin, adminKey, robotKey } = measured;
  const name = `${robots} robots, ${dashboards} dashboards, ${rate} jobs/s`;
  const ending = new AbortController();
  const times = new Map<string, number[]>();
  const seen: number[] = [];
  const ends = new Map<string, number>();
  const errors: string[] = [];
  let counting = false;
  const run = {
    origin,
    signal: ending.signal,
    onRequest(what: string, ms: number) {
      if (!counting) return;
      const list = times.get(what) ?? [];
      list.push(ms);
      times.set(what, list);
    },
    onError: (error: unknown) => void errors.push(error instanceof Error ? error.message : String(error)),
  };
  const admin = openConnection(origin);
  const workflowId = await publish(admin, adminKey);
  const working = Array.from({ length: robots }, (_, i) =>
    runRobot(
      {
        ...run,
        key: robotKey,
        heartbeatMs: 15_000,
        workMs: 100,
        onCompleted: (jobId) => ends.set(jobId, (ends.get(jobId) ?? 0) + 1),
      },
      `robot ${i}`,
    ),
  );
  const watching = Array.from({ length: dashboards }, () =>
    runDashboard({ ...run, key: adminKey, onSeen: (ms) => counting && seen.push(ms) }),
  );
  // Everybody has come and found the place.
  await delay(3000 + robots * 4);
  counting = true;
  const submitted = new Set<string>();
  const [cpu, since] = [await measured.cpuSeconds(), performance.now()];
  while (performance.now() - since < seconds * 1000) {
    const start = performance.now();
    const { jobs } = await admin.post<{ jobs: { id: string }[] }>(adminKey, '/jobs', {
      workflowId,
      reference: String(Date.now()),
    });
    run.onRequest('submit', performance.now() - start);
    for (const { id } of jobs) submitted.add(id);
    const due = since + (submitted.size / rate) * 1000;
    if (due > performance.now()) await delay(due - performance.now());
  }
  const used = (await measured.cpuSeconds()) - cpu;
  const lasted = (performance.now() - since) / 1000;
  counting = false;
  for (let i = 0; i < 300 && ends.size < submitted.size; i++) await delay(100);
  ending.abort();
  await Promise.all([...working, ...watching]);
  admin.close();

  const all = [...times.values()].flat();
  report(`${name}: API p50`, 'ms', [quantile(all, 0.5)]);
  report(`${name}: API p99`, 'ms', [quantile(all, 0.99)]);
  for (const [what, list] of [...times].toSorted(([x], [y]) => x.localeCompare(y)))
    report(`${name}: ${what} p99`, 'ms', [quantile(list, 0.99)]);
  report(`${name}: seen on a dashboard p50`, 'ms', [quantile(seen, 0.5)]);
  report(`${name}: seen on a dashboard p99`, 'ms', [quantile(seen, 0.99)]);
  report(`${name}: seen on a dashboard, longest`, 'ms', [quantile(seen, 1)]);
  report(`${name}: events seen of those sent`, '%', [(seen.length / (submitted.size * dashboards)) * 100]);
  report(`${name}: orchestrator`, '% of a core', [(used / lasted) * 100]);
  report(`${name}: jobs`, 'jobs', [submitted.size]);
  report(`${name}: lost`, 'jobs', [[...submitted].filter((id) => !ends.has(id)).length]);
  report(`${name}: ended twice`, 'jobs', [[...ends.values()].filter((n) => n > 1).length]);
  report(`${name}: errors`, 'errors', [errors.length]);
  for (const error of new Set(errors.slice(0, 20))) console.error(`  ${error.slice(0, 200)}`);
}

async function publish(admin: ReturnType<typeof openConnection>, key: string): Promise<string> {
  const document = {
    schemaVersion: 1,
    id: 'bench',
    name: 'Bench',
    nodes: [{ id: 'start', type: 'control.start' }],
    edges: [],
  };
  return (await admin.post<{ workflow: { id: string } }>(key, '/workflows', { document })).workflow.id;
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

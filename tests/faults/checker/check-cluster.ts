import { readdirSync, readFileSync } from 'node:fs';
import type { Job } from '@casare/shared';
import type { Cluster } from '../harness/cluster.ts';
import type { Jobs } from '../harness/jobs.ts';
import { SECRET_CANARY } from '../harness/workload.ts';
import { collectFacts, type Facts, type Measured } from './facts.ts';
import { checkFacts, type Violation } from './invariants.ts';

/** Text in everything of the second tenant of a cluster. */
export const FOREIGN_CANARY = 'canary-51b2d8-foreign';

const LIMITS = { orchestratorMb: 512, robotMb: 400, files: 400, connectionsPerOrchestrator: 24 };

/** All invariants over everything that a cluster and its jobs left behind. */
export async function checkCluster(
  cluster: Cluster,
  jobs: readonly Jobs[],
  lines: readonly string[] = [],
): Promise<{ violations: Violation[]; facts: Facts }> {
  const submissions = jobs.flatMap((one) => one.submissions);
  const facts = await collectFacts({
    databaseUrl: cluster.postgres.url,
    submissions: submissions.map(({ reference, id, flow }) => ({ reference, id, slots: flow.slots })),
    tap: cluster.tap,
    effects: cluster.ledger.effects,
    shown: await shownJobs(cluster),
    measured: await measure(cluster),
    secret: SECRET_CANARY,
    foreignText: FOREIGN_CANARY,
    folders: cluster.robots.map((robot) => robot.dataFolder),
    lines,
  });
  return { violations: checkFacts(facts), facts };
}

/** The newest jobs as each orchestrator lists them. */
async function shownJobs(cluster: Cluster): Promise<Map<string, string>> {
  const shown = new Map<string, string>();
  for (const { port, process } of cluster.orchestrators) {
    if (!process) continue;
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/jobs?limit=100`, {
      headers: { 'x-api-key': cluster.keys.adminKey },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`The list of jobs was answered ${response.status}: ${text}`);
    for (const { id, state } of (JSON.parse(text) as { items: Job[] }).items) shown.set(id, state);
  }
  return shown;
}

async function measure(cluster: Cluster): Promise<Measured[]> {
  const measured: Measured[] = [];
  const members = [
    ...cluster.orchestrators.map((one) => [one, LIMITS.orchestratorMb] as const),
    ...cluster.robots.map((one) => [one, LIMITS.robotMb] as const),
  ];
  for (const [{ name, process }, limit] of members) {
    if (!process) continue;
    measured.push({ what: `${name}: memory in MB`, value: residentMb(process.pid), limit });
    measured.push({ what: `${name}: open files`, value: openFiles(process.pid), limit: LIMITS.files });
  }
  const [row] = await cluster.query<{ n: number }>(
    "select count(*)::int as n from pg_stat_activity where application_name like 'casare %'",
  );
  const limit = cluster.orchestrators.length * LIMITS.connectionsPerOrchestrator;
  measured.push({ what: 'connections to PostgreSQL', value: row?.n ?? 0, limit });
  return measured;
}

function residentMb(pid: number): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return Math.round((pages * 4096) / 2 ** 20);
}

function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

import type { StepRow } from '@casare/shared';
import type { Database } from '../db/database.ts';
import { sql } from '../db/sql.ts';
import { oneAcrossTenants } from '../db/transaction.ts';

interface Version {
  readonly tenantId: string;
  readonly workflowId: string;
  readonly version: number;
}

/** How long steps took. What is noted is gathered and written now and then: a number that is lost with its process is no loss. */
export interface StepTimings {
  note(version: Version, rows: readonly Pick<StepRow, 'kind' | 'nodeId' | 'durationMs'>[]): void;
  flush(): Promise<void>;
  stop(): Promise<void>;
}

interface Timings extends Version {
  readonly nodeId: string;
  runs: number;
  totalMs: number;
  longestMs: number;
}

/** Steps noted between two writes; more than that are left out. */
const mostSteps = 10_000;
/** Nodes of one version that are kept. */
const mostNodes = 2000;

export function createStepTimings({ system }: Pick<Database, 'system'>, everyMs = 10_000): StepTimings {
  let gathered = new Map<string, Timings>();
  let writing: Promise<void> = Promise.resolve();

  async function write(): Promise<void> {
    const all = [...gathered.values()];
    gathered = new Map();
    if (all.length === 0) return;
    await oneAcrossTenants(
      system,
      sql`
        insert into step_timings (tenant_id, workflow_id, version, node_id, runs, total_ms, longest_ms)
        select n.* from unnest(${all.map(({ tenantId }) => tenantId)}::uuid[], ${all.map(({ workflowId }) => workflowId)}::uuid[],
          ${all.map(({ version }) => version)}::int[], ${all.map(({ nodeId }) => nodeId)}::text[],
          ${all.map(({ runs }) => runs)}::bigint[], ${all.map(({ totalMs }) => totalMs)}::float8[],
          ${all.map(({ longestMs }) => longestMs)}::float8[]) as n (tenant_id, workflow_id, version, node_id, runs, total_ms, longest_ms)
        where (select count(*) from step_timings t where t.tenant_id = n.tenant_id and t.workflow_id = n.workflow_id
          and t.version = n.version) < ${mostNodes}::int
        on conflict (tenant_id, workflow_id, version, node_id) do update set runs = step_timings.runs + excluded.runs,
          total_ms = step_timings.total_ms + excluded.total_ms,
          longest_ms = greatest(step_timings.longest_ms, excluded.longest_ms), updated_at = clock_timestamp()`,
    );
  }

  // Statistics only: what cannot be written is forgotten.
  const flush = () => (writing = writing.then(write).catch(() => {}));
  const timer = setInterval(() => void flush(), everyMs);

  return {
    note({ tenantId, workflowId, version }, rows) {
      for (const { kind, nodeId, durationMs } of rows) {
        if (kind !== 'finished' || durationMs === undefined) continue;
        const name = `${tenantId}/${workflowId}/${version}/${nodeId}`;
        const known = gathered.get(name);
        if (known) {
          known.runs++;
          known.totalMs += durationMs;
          known.longestMs = Math.max(known.longestMs, durationMs);
        } else if (gathered.size < mostSteps)
          gathered.set(name, {
            tenantId,
            workflowId,
            version,
            nodeId,
            runs: 1,
            totalMs: durationMs,
            longestMs: durationMs,
          });
      }
    },
    flush,
    async stop() {
      clearInterval(timer);
      await flush();
    },
  };
}

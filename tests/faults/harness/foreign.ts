import { addTenant, type Fleet } from '../../orchestrator/fleet.ts';
import { FOREIGN_CANARY } from '../checker/check-cluster.ts';
import { createApi } from './api.ts';
import type { Cluster } from './cluster.ts';
import { flowNamed } from './workload.ts';

export interface ForeignJobs {
  readonly jobs: number;
}

/** A second tenant with jobs of the same workflow and no robots: nobody here may ever see or run them. */
export async function addForeignJobs(cluster: Cluster, jobs = 3): Promise<ForeignJobs> {
  const keys = await addTenant({ databaseUrl: cluster.postgres.url } as Fleet);
  const api = createApi(`http://127.0.0.1:${cluster.orchestrators[0]?.port}`, keys.adminKey);
  const { document } = flowNamed('sequence');
  const { body } = await api.call<{ workflow: { id: string } }>('POST', '/workflows', { document, message: '' });
  for (let i = 0; i < jobs; i++) {
    const { status } = await api.call('POST', '/jobs', {
      workflowId: body.workflow.id,
      priority: 20,
      reference: `${FOREIGN_CANARY}-${i}`,
      input: { ledger: cluster.ledger.url, reference: FOREIGN_CANARY, secret: FOREIGN_CANARY },
    });
    if (status !== 201) throw new Error(`A job of the other tenant was refused (${status}).`);
  }
  return { jobs };
}

export async function countForeignUntouched(cluster: Cluster, _foreign: ForeignJobs): Promise<number> {
  const [row] = await cluster.query<{ n: number }>(
    "select count(*)::int as n from jobs where reference like $1 and state = 'pending' and attempt = 0",
    [`${FOREIGN_CANARY}%`],
  );
  return row?.n ?? 0;
}

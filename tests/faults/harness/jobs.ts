import type { Job } from '@casare/shared';
import { waitFor } from '../../support/wait-for.ts';
import type { Cluster } from './cluster.ts';
import { SECRET_CANARY, type WorkloadFlow, workload } from './workload.ts';

/** A job that was asked for; `id` once somebody said that it was accepted. */
export interface Submission {
  readonly reference: string;
  readonly flow: WorkloadFlow;
  id?: string;
}

export interface Jobs {
  readonly submissions: readonly Submission[];
  submit(flow: WorkloadFlow, more?: Record<string, unknown>): Promise<Submission>;
  job(submission: Submission): Promise<Job>;
  /** Resolves once every job has ended; steps in doubt are decided by looking at the ledger, as a person would. */
  drain(options?: DrainOptions): Promise<DrainFigures>;
}

export interface DrainOptions {
  readonly timeoutMs?: number;
}

export interface DrainFigures {
  /** Decisions about steps in doubt. */
  parked: number;
  /** Jobs that were given up after too many lost robots, and put back. */
  revived: number;
  ms: number;
}

interface OpenRow {
  id: string;
  state: string;
  reference: string;
  waiting_for: { path?: string } | null;
  dead_letter: boolean;
}

export async function createJobs(cluster: Cluster, prefix = 'job'): Promise<Jobs> {
  const { api, ledger } = cluster;
  const submissions: Submission[] = [];
  const published = new Map<WorkloadFlow, Promise<string>>();

  function publish(flow: WorkloadFlow): Promise<string> {
    let id = published.get(flow);
    if (!id) {
      id = api
        .call<{ workflow: { id: string } }>('POST', '/workflows', { document: flow.document, message: '' })
        .then(({ body }) => body.workflow.id);
      published.set(flow, id);
    }
    return id;
  }
  for (const flow of workload) await publish(flow);

  /** The slot of a step is its path in the workload: the node's id, with the round in a loop. */
  async function decide(row: OpenRow): Promise<void> {
    const slot = slotOf(row.waiting_for?.path ?? '');
    const happened = ledger.of(row.reference, slot).length > 0;
    await api.call(
      'POST',
      `/jobs/${row.id}/resolve`,
      happened ? { decision: 'skip', output: null } : { decision: 'retry' },
    );
  }

  return {
    submissions,
    async submit(flow, more = {}) {
      const reference = `${prefix}-${submissions.length + 1}`;
      const submission: Submission = { reference, flow };
      submissions.push(submission);
      const { status, body } = await api.call<{ jobs: Job[] }>('POST', '/jobs', {
        workflowId: await publish(flow),
        reference,
        maxRetries: 20,
        input: { ledger: ledger.url, reference, secret: SECRET_CANARY },
        ...more,
      });
      if (status !== 201) throw new Error(`A job was refused (${status}): ${JSON.stringify(body)}`);
      submission.id = body.jobs[0]?.id ?? '';
      return submission;
    },
    job: async ({ id }) => (await api.call<Job>('GET', `/jobs/${id}`)).body,
    async drain({ timeoutMs = 120_000 } = {}) {
      const figures = { parked: 0, revived: 0, ms: 0 };
      const start = performance.now();
      await waitFor(
        async () => {
          // A pause before a retry is no fault to wait for.
          await cluster.query("update jobs set not_before = null where state = 'pending' and not_before > now()");
          const rows = await cluster.query<OpenRow>(
            `select id, state, reference, waiting_for, dead_letter from jobs
             where reference like '${prefix}-%' and (state not in ('completed', 'cancelled'))`,
          );
          for (const row of rows) {
            if (row.state === 'waiting') {
              await decide(row);
              figures.parked++;
            } else if (row.state === 'failed') {
              await api.call('POST', `/jobs/${row.id}/retry`);
              figures.revived++;
            }
          }
          const open = rows.slice(0, 3).map((row) => `${row.reference} is ${row.state}`);
          if (rows.length > 0) throw new Error(`${rows.length} jobs are open: ${open.join(', ')}`);
          return true;
        },
        { until: 'every job has ended', timeoutMs, everyMs: 250 },
      );
      figures.ms = performance.now() - start;
      return figures;
    },
  };
}

/** `pay`, or `pay-1` for the second round of the loop `each`: paths are like `each[1]/pay`. */
function slotOf(path: string): string {
  const round = /\[(\d+)\]/.exec(path)?.[1];
  const node = path.split('/').at(-1)?.replace(/\[.*$/, '') ?? '';
  return round === undefined || path.startsWith('both') ? node : `${node}-${round}`;
}

import { randomUUID } from 'node:crypto';
import type { ClaimedJob, Job } from '@casare/shared';
import { type Answer, type Api, createApi } from './api.ts';
import type { Cluster } from './cluster.ts';
import { flowNamed, SECRET_CANARY } from './workload.ts';

/** A robot played by hand: every request of the protocol, when and as often as a test wants it. */
export interface HandRobot {
  readonly id: string;
  claim(): Promise<ClaimedJob>;
  report(job: Pick<ClaimedJob, 'jobId' | 'fence'>, what: string, more?: Record<string, unknown>): Promise<Answer>;
  beat(jobs: readonly Pick<ClaimedJob, 'jobId' | 'fence'>[]): Promise<Answer<{ lost: string[] }>>;
}

export async function createHandRobot(cluster: Cluster, url: string, name: string): Promise<HandRobot> {
  const api = createApi(url, cluster.keys.robotKey);
  const instanceId = randomUUID();
  const registered = await api.call<{ robot: { id: string } }>('POST', '/robots/self-register', {
    name,
    instanceId,
    version: '0.1.0',
    protocol: 1,
    platform: 'linux',
    hostname: 'test',
    capabilities: [],
    cores: 2,
    memoryMb: 4096,
    maxConcurrentJobs: 64,
  });
  const beat: HandRobot['beat'] = (jobs) => {
    const held = jobs.map(({ jobId, fence }) => ({ jobId, fence }));
    const load = { cpuPercent: 5, memoryPercent: 10, diskFreeMb: 1000 };
    return api.call('POST', '/robots/heartbeat', { instanceId, state: 'busy', ...load, jobs: held });
  };
  return {
    id: registered.body.robot.id,
    beat,
    async claim() {
      // One that was silent for long is taken for lost, and gets nothing.
      await beat([]);
      const { status, body } = await api.call<{ jobs: ClaimedJob[] }>('POST', '/jobs/claim', {
        claimKey: randomUUID(),
        instanceId,
        waitSeconds: 5,
      });
      const job = body.jobs?.[0];
      if (!job) throw new Error(`The claim gave no job (${status}: ${JSON.stringify(body)}).`);
      return job;
    },
    report(job, what, more = {}) {
      const body = { fence: job.fence, lastStepSeq: 0, ...(what === 'complete' ? { output: null } : {}), ...more };
      return api.call('POST', `/jobs/${job.jobId}/${what}`, body);
    },
  };
}

/** Jobs for robots played by hand: only this one may take them. */
export async function submitFor(cluster: Cluster, api: Api, robot: HandRobot, count: number): Promise<Job[]> {
  const { document } = flowNamed('sequence');
  const published = await api.call<{ workflow: { id: string } }>('POST', '/workflows', { document, message: '' });
  const input = { ledger: cluster.ledger.url, reference: 'by-hand', secret: SECRET_CANARY };
  const job = { workflowId: published.body.workflow.id, robotId: robot.id, input };
  const { status, body } = await api.call<{ jobs: Job[] }>('POST', '/jobs', {
    jobs: Array.from({ length: count }, () => job),
  });
  if (status !== 201) throw new Error(`Jobs were refused (${status}): ${JSON.stringify(body)}`);
  return body.jobs;
}

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { openConnection } from '../queue/connection.ts';

/** What the robots of a run have in common. */
export interface RobotRun {
  readonly origin: string;
  readonly key: string;
  readonly heartbeatMs: number;
  /** How long a job takes. */
  readonly workMs: number;
  readonly signal: AbortSignal;
  /** Told of each request with its milliseconds. */
  onRequest(name: string, ms: number): void;
  /** Told of each accepted end of a job. */
  onCompleted(jobId: string): void;
  onError(error: unknown): void;
}

interface Claimed {
  readonly jobId: string;
  readonly fence: number;
}

/** A robot without an engine: it registers, waits for jobs, beats, sends a journal and reports ends, as a real one does. */
export async function runRobot(run: RobotRun, name: string): Promise<void> {
  const { origin, key, signal } = run;
  const instanceId = randomUUID();
  const claims = openConnection(origin);
  const reports = openConnection(origin);
  const held = new Map<string, Claimed>();
  // One connection sends one request after the other.
  let last: Promise<unknown> = Promise.resolve();
  const send = (what: string, path: string, body: unknown) =>
    (last = last
      .catch(() => {})
      .then(async () => {
        const start = performance.now();
        await reports.post(key, path, body);
        run.onRequest(what, performance.now() - start);
      }));
  const registration = { name, instanceId, version: '1', protocol: 1, platform: 'linux', hostname: 'bench' };
  await send('register', '/robots/self-register', {
    ...registration,
    capabilities: [],
    cores: 1,
    memoryMb: 1,
    maxConcurrentJobs: 4,
  });

  async function beat(): Promise<void> {
    // Robots do not beat in step.
    await delay(Math.random() * run.heartbeatMs, undefined, { signal });
    for (;;) {
      const jobs = [...held.values()];
      await send('heartbeat', '/robots/heartbeat', {
        instanceId,
        state: jobs.length > 0 ? 'busy' : 'idle',
        cpuPercent: 10,
        memoryPercent: 20,
        diskFreeMb: 10_000,
        jobs,
      });
      await delay(run.heartbeatMs, undefined, { signal });
    }
  }

  async function work(job: Claimed): Promise<void> {
    const steps = [1, 2, 3].map((seq) => ({
      seq,
      kind: 'finished',
      path: `s${seq}`,
      nodeId: `s${seq}`,
      at: Date.now(),
    }));
    await delay(run.workMs);
    await send('progress', `/jobs/${job.jobId}/progress`, { fence: job.fence, steps, logs: [] });
    await send('complete', `/jobs/${job.jobId}/complete`, { fence: job.fence, lastStepSeq: 3, output: { ok: true } });
    held.delete(job.jobId);
    run.onCompleted(job.jobId);
  }

  async function take(): Promise<void> {
    while (!signal.aborted) {
      const { jobs } = await claims.post<{ jobs: Claimed[] }>(key, '/jobs/claim', {
        claimKey: randomUUID(),
        instanceId,
        n: 4 - held.size || 1,
        waitSeconds: 25,
      });
      for (const { jobId, fence } of jobs) {
        held.set(jobId, { jobId, fence });
        void work({ jobId, fence }).catch(run.onError);
      }
      while (held.size >= 4) await delay(1);
    }
  }

  signal.addEventListener('abort', () => {
    claims.close();
    reports.close();
  });
  const report = (error: unknown) => {
    if (!signal.aborted) run.onError(error);
  };
  await Promise.all([take().catch(report), beat().catch(report)]);
}

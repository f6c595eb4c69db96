import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Spool } from '../evidence/spool.ts';
import type { JobRunner } from '../job-runner.ts';
import type { Reachability } from '../reachability.ts';
import type { RunningJobs } from '../running-jobs.ts';
import type { RobotStore } from '../store.ts';

/** What the robot is asked for each time somebody reads its figures. */
export interface MetricsSources {
  config: { maxJobs: number };
  jobs: Pick<RunningJobs, 'size' | 'all'>;
  store: Pick<RobotStore, 'waiting'>;
  spool: Pick<Spool, 'waiting'>;
  reach: Pick<Reachability, 'circuit' | 'opened'>;
  connected(): boolean;
  diskFreeMb(): number;
}

export interface RobotMetrics {
  readonly registry: Registry;
  jobEnded(end: string, seconds: number): void;
}

export function createRobotMetrics({ config, jobs, store, spool, reach, ...sources }: MetricsSources): RobotMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  const ended = new Counter({
    name: 'casare_robot_jobs_ended_total',
    help: 'Jobs that ended here, by how',
    labelNames: ['end'],
    registers,
  });
  const seconds = new Histogram({
    name: 'casare_robot_job_seconds',
    help: 'How long jobs took here',
    labelNames: ['end'],
    buckets: [0.5, 2, 10, 60, 300, 1800, 7200],
    registers,
  });
  gauge('casare_robot_jobs_running', 'Jobs that run now', () => jobs.size);
  gauge('casare_robot_jobs_max', 'Jobs that may run at once', () => config.maxJobs);
  gauge('casare_robot_lease_seconds', 'Time that the shortest lease is safe for; 0 without a job', () =>
    shortestLease(jobs.all()),
  );
  gauge('casare_robot_outbox_rows', 'Log lines and ends that wait to be sent', () => store.waiting());
  gauge('casare_robot_spool_files', 'Pieces of evidence that wait to be sent', () => spool.waiting);
  gauge(
    'casare_robot_circuit_open',
    '1: the orchestrator is not asked, 0.5: it is tried',
    () => CIRCUIT[reach.circuit],
  );
  gauge('casare_robot_connected', '1 while the live line stands', () => Number(sources.connected()));
  gauge('casare_robot_disk_free_bytes', 'Room where the data folder is', () => sources.diskFreeMb() * 1024 * 1024);
  new Counter({
    name: 'casare_robot_circuit_opened_total',
    help: 'Times the circuit opened',
    registers,
    collect() {
      this.reset();
      this.inc(reach.opened);
    },
  });
  new Gauge({
    name: 'casare_robot_worker_bytes',
    help: 'Memory of a running job with all it started',
    labelNames: ['job'],
    registers,
    collect() {
      this.reset();
      for (const { job, bytes } of jobs.all()) this.set({ job: job.jobId }, bytes);
    },
  });
  return {
    registry,
    jobEnded(end, took) {
      ended.inc({ end });
      seconds.observe({ end }, took);
    },
  };
}

/** prom-client calls these gauges "total", which is for counters; each of them is there by its kind as well. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

const CIRCUIT = { closed: 0, open: 1, 'half-open': 0.5 } as const;

function shortestLease(runners: readonly Pick<JobRunner, 'lease'>[]): number {
  return runners.length === 0 ? 0 : Math.min(...runners.map(({ lease }) => lease.secondsLeft()));
}

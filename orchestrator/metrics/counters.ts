import { ERROR_CODES, type ErrorCode } from '@casare/shared';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Refusals that somebody should look at when there are many of them. */
export const SECURITY_EVENTS = [
  'wrong_credentials',
  'forbidden',
  'unknown_id',
  'stale_lease',
  'rate_limited',
  'chain_break',
] as const;
export type SecurityEvent = (typeof SECURITY_EVENTS)[number];

const eventOf: Partial<Record<ErrorCode, SecurityEvent>> = {
  UNAUTHENTICATED: 'wrong_credentials',
  FORBIDDEN: 'forbidden',
  STALE_LEASE: 'stale_lease',
  RATE_LIMITED: 'rate_limited',
};

/** What this process has counted since its start. A registry of its own, so that two instances in one process keep theirs apart. */
export type Counters = ReturnType<typeof createCounters>;

/** prom-client calls these gauges "total", which is for counters; each of them is there by its kind as well. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

export function createCounters() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of misnamed) registry.removeSingleMetric(name);
  const registers = [registry];
  const counter = <Label extends string = never>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Counter<Label>({ name, help, labelNames, registers });
  const security = counter('casare_security_events_total', 'Refusals and findings that may be an attack', ['event']);
  for (const event of SECURITY_EVENTS) security.inc({ event }, 0);
  const errors = counter('casare_errors_total', 'Requests that were answered with an error, by its code', ['code']);
  for (const code of Object.keys(ERROR_CODES)) errors.inc({ code }, 0);
  const jobsEnded = counter('casare_jobs_reported_total', 'Ends that robots reported and that were accepted', [
    'report',
    'state',
  ]);
  const deliveries = counter('casare_trigger_deliveries_total', 'Messages to triggers, by what became of them', [
    'outcome',
  ]);
  for (const outcome of ['accepted', 'filtered', 'refused', 'repeated']) deliveries.inc({ outcome }, 0);
  const firings = counter('casare_schedule_slots_total', 'Slots of schedules that were decided, by how', ['outcome']);
  firings.inc({ outcome: 'fired' }, 0);
  return {
    registry,
    jobsSubmitted: counter('casare_jobs_submitted_total', 'Jobs written, whoever asked for them'),
    jobsClaimed: counter('casare_jobs_claimed_total', 'Jobs given to robots'),
    jobsEnded,
    leasesExpired: counter('casare_leases_expired_total', 'Jobs taken from robots that were silent too long'),
    deliveries,
    firings,
    eventsSent: counter('casare_events_sent_total', 'Events handed to the sockets of this instance'),
    eventLag: new Gauge({
      name: 'casare_event_lag_seconds',
      help: 'Age of the newest event when it was handed to the sockets',
      registers,
    }),
    housekeeping: new Histogram({
      name: 'casare_housekeeping_seconds',
      help: 'How long chores took; only the instance that leads does them',
      labelNames: ['chore'],
      buckets: [0.005, 0.05, 0.5, 5, 60],
      registers,
    }),
    housekeepingFailures: counter('casare_housekeeping_failures_total', 'Chores that failed and are tried again', [
      'chore',
    ]),
    leading: new Gauge({
      name: 'casare_housekeeping_leader',
      help: '1 while this instance does the housekeeping for all',
      registers,
    }),
    requests: new Histogram({
      name: 'casare_http_request_seconds',
      help: 'Time to answer requests; claims include their waiting',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 30],
      registers,
    }),
    security(event: SecurityEvent) {
      security.inc({ event });
    },
    /** An answer that was an error; `named` when the address named a thing. */
    refused(code: ErrorCode, named: boolean) {
      errors.inc({ code });
      const event = code === 'NOT_FOUND' && named ? 'unknown_id' : eventOf[code];
      if (event) security.inc({ event });
    },
    /** Reads how many clients are connected each time somebody asks. */
    watchSockets(read: () => Readonly<Record<string, number>>) {
      new Gauge({
        name: 'casare_socket_clients',
        help: 'Clients on the live connection',
        labelNames: ['namespace'],
        registers,
        collect() {
          for (const [namespace, n] of Object.entries(read())) this.set({ namespace }, n);
        },
      });
    },
  };
}

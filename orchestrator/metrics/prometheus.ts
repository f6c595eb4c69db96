import { Gauge } from 'prom-client';
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context.ts';
import { RawText, type Route, route } from '../http/route.ts';
import { readFleetMetrics } from './fleet.ts';

/** Times every request by its route, never by its address: ids would make endless series. */
export function measureRequests(app: FastifyInstance, { counters, database }: Context): void {
  new Gauge({
    name: 'casare_database_connections',
    help: 'Connections of this instance',
    labelNames: ['pool', 'state'],
    registers: [counters.registry],
    collect() {
      for (const name of ['pool', 'reserved', 'system'] as const) {
        this.set({ pool: name, state: 'open' }, database[name].totalCount);
        this.set({ pool: name, state: 'idle' }, database[name].idleCount);
        this.set({ pool: name, state: 'waited_for' }, database[name].waitingCount);
      }
    },
  });
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    counters.requests.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
    done();
  });
}

/** `/metrics`: of this process, and of the queue of the workspace whose key asks. */
export function prometheusRoutes(context: Context): Route[] {
  const { registry } = context.counters;
  return [
    route({
      method: 'GET',
      path: '/metrics',
      scope: 'metrics:read',
      auth: 'admin',
      tag: 'system',
      summary: 'Figures for Prometheus',
      async handle({ caller, reply }) {
        const fleet = await readFleetMetrics(context, caller);
        const { deadLetters, ...jobs } = fleet.jobs;
        const own = [
          ...byState('casare_jobs', 'Jobs of the workspace of the key, by state; ended ones of the last 24 hours', {
            ...jobs,
            dead_letters: deadLetters,
          }),
          ...byState('casare_robots', 'Robots of the workspace of the key, by state', fleet.robots),
          '# HELP casare_jobs_oldest_pending_seconds How long the oldest job that waits for a robot has waited; 0 when none does',
          '# TYPE casare_jobs_oldest_pending_seconds gauge',
          `casare_jobs_oldest_pending_seconds ${fleet.oldestPendingSeconds ?? 0}`,
          '# HELP casare_tasks_open Questions that wait for a person',
          '# TYPE casare_tasks_open gauge',
          `casare_tasks_open ${fleet.tasks.open}`,
        ];
        reply.header('content-type', registry.contentType);
        return new RawText(`${await registry.metrics()}\n${own.join('\n')}\n`);
      },
    }),
  ];
}

function byState(name: string, help: string, counts: Readonly<Record<string, number>>): string[] {
  const samples = Object.entries(counts).map(([state, n]) => `${name}{state="${state}"} ${n}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...samples];
}

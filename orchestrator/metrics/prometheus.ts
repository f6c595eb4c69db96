import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Context } from '../context.ts';
import { RawText, type Route, route } from '../http/route.ts';
import { readFleetMetrics } from './fleet.ts';

export interface Metrics {
  readonly registry: Registry;
  /** Times every request by its route, never by its address: ids would make endless series. */
  observe(app: FastifyInstance): void;
}

/** Figures of this process. A registry of its own, so that two instances in one process keep theirs apart. */
export function createMetrics({ database }: Pick<Context, 'database'>): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'casare_http_request_seconds',
    help: 'Time to answer requests; claims include their waiting',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 30],
    registers: [registry],
  });
  new Gauge({
    name: 'casare_database_connections',
    help: 'Connections of this instance',
    labelNames: ['pool', 'state'],
    registers: [registry],
    collect() {
      for (const name of ['pool', 'reserved', 'system'] as const) {
        this.set({ pool: name, state: 'open' }, database[name].totalCount);
        this.set({ pool: name, state: 'idle' }, database[name].idleCount);
        this.set({ pool: name, state: 'waited_for' }, database[name].waitingCount);
      }
    },
  });
  return {
    registry,
    observe(app) {
      app.addHook('onResponse', async (request, reply) => {
        const route = request.routeOptions.url ?? 'none';
        requests.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
      });
    },
  };
}

/** `/metrics`: of this process, and of the queue of the workspace whose key asks. */
export function prometheusRoutes(context: Context, { registry }: Metrics): Route[] {
  return [
    route({
      method: 'GET',
      path: '/metrics',
      auth: 'admin',
      tag: 'system',
      summary: 'Figures for Prometheus',
      async handle({ caller, reply }) {
        const fleet = await readFleetMetrics(context, caller);
        const own = [
          '# HELP casare_jobs Jobs of the workspace of the key, by state; ended ones of the last 24 hours',
          '# TYPE casare_jobs gauge',
          ...Object.entries(fleet.jobs).map(([state, n]) => `casare_jobs{state="${state}"} ${n}`),
          '# HELP casare_robots Robots of the workspace of the key, by state',
          '# TYPE casare_robots gauge',
          ...Object.entries(fleet.robots).map(([state, n]) => `casare_robots{state="${state}"} ${n}`),
        ];
        reply.header('content-type', registry.contentType);
        return new RawText(`${await registry.metrics()}\n${own.join('\n')}\n`);
      },
    }),
  ];
}

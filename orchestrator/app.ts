import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Context } from './context.ts';
import type { EventReader } from './events/event-reader.ts';
import { eventRoutes } from './events/routes.ts';
import { createAuthenticate } from './http/authenticate.ts';
import { setErrorHandlers } from './http/error-handler.ts';
import { describeApi, type RouteList } from './http/openapi.ts';
import { allowOrigins } from './http/origins.ts';
import { addDocs, addSecurityHeaders, addStudio } from './http/pages.ts';
import { registerRoutes } from './http/register-routes.ts';
import { systemRoutes } from './http/system-routes.ts';
import { jobRoutes } from './jobs/routes.ts';
import { keyRoutes } from './keys/routes.ts';
import { createMetrics, type Metrics, prometheusRoutes } from './metrics/prometheus.ts';
import { metricsRoutes } from './metrics/routes.ts';
import { robotRoutes } from './robots/routes.ts';
import { taskRoutes } from './tasks/routes.ts';
import { workflowRoutes } from './workflows/routes.ts';

/** Every route, read top to bottom. */
export function routeLists(context: Context, metrics: Metrics, reader: () => EventReader): RouteList[] {
  return [
    { base: '', routes: [...systemRoutes(context), ...prometheusRoutes(context, metrics)] },
    {
      base: '/api/v1',
      routes: [
        ...keyRoutes(context),
        ...robotRoutes(context),
        ...jobRoutes(context),
        ...taskRoutes(context),
        ...workflowRoutes(context),
        ...metricsRoutes(context),
        ...eventRoutes(context, reader),
      ],
    },
  ];
}

export interface AppOptions {
  readonly stopping: AbortSignal;
  readonly reader: () => EventReader;
  readonly studioDist?: string | undefined;
  readonly allowedOrigins: readonly string[];
  readonly trustedProxies: readonly string[];
  /** Told of every route the server really has. */
  readonly onRoute?: (method: string, path: string) => void;
}

export async function createApp(context: Context, options: AppOptions): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: context.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    // A logger of its own for every request costs more than most of them; what is logged names its request.
    childLoggerFactory: (logger) => logger,
    bodyLimit: 1024 * 1024,
    trustProxy: options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
    // None of these has a limit by itself. A claim may wait 25 seconds.
    connectionTimeout: 60_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 72_000,
    maxRequestsPerSocket: 0,
    routerOptions: { maxParamLength: 128 },
    return503OnClosing: false,
    forceCloseConnections: 'idle',
  });
  app.server.maxHeadersCount = 100;
  const { onRoute } = options;
  if (onRoute) app.addHook('onRoute', ({ method, url }) => [method].flat().forEach((name) => onRoute(name, url)));
  setErrorHandlers(app, !options.studioDist);
  app.removeContentTypeParser('text/plain');
  addSecurityHeaders(app);
  allowOrigins(app, options.allowedOrigins);
  const metrics = createMetrics(context);
  metrics.observe(app);
  const authenticate = createAuthenticate(context.keys);
  const lists = routeLists(context, metrics, options.reader);
  for (const { base, routes } of lists) registerRoutes(app, routes, { base, authenticate, stopping: options.stopping });
  addDocs(app, describeApi(lists, context.version));
  if (options.studioDist) await addStudio(app, options.studioDist);
  return app;
}

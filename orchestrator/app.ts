import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { assetRoutes } from './assets/routes.ts';
import { artifactRoutes } from './artifacts/routes.ts';
import { auditRoutes } from './audit/routes.ts';
import type { Context } from './context.ts';
import { credentialRoutes } from './credentials/routes.ts';
import type { EventReader } from './events/event-reader.ts';
import { eventRoutes } from './events/routes.ts';
import { socketTicketRoutes } from './events/socket-tickets.ts';
import { createAuthenticate } from './http/authenticate.ts';
import { createCursors } from './http/cursors.ts';
import { sendError, setErrorHandlers, translate } from './http/error-handler.ts';
import { describeApi, type RouteList } from './http/openapi.ts';
import { allowOrigins } from './http/origins.ts';
import { addDocs, addSecurityHeaders, addStudio } from './http/pages.ts';
import { registerRoutes } from './http/register-routes.ts';
import { logRequests } from './http/request-log.ts';
import { createRequestLimits, type RequestRates } from './http/request-limits.ts';
import { systemRoutes } from './http/system-routes.ts';
import { jobRoutes } from './jobs/routes.ts';
import { keyRoutes } from './keys/routes.ts';
import { activityRoutes } from './activity/routes.ts';
import { analyticsRoutes } from './metrics/analytics-routes.ts';
import { measureRequests, prometheusRoutes } from './metrics/prometheus.ts';
import { metricsRoutes } from './metrics/routes.ts';
import { queueRoutes } from './queues/routes.ts';
import { ownRoutes } from './people/own-routes.ts';
import { peopleRoutes } from './people/routes.ts';
import { signInRoutes } from './people/sign-in-routes.ts';
import { robotRoutes } from './robots/routes.ts';
import { scheduleRoutes } from './schedules/routes.ts';
import { secretStoreRoutes } from './secret-stores/routes.ts';
import { setupRoutes } from './setup/routes.ts';
import { taskRoutes } from './tasks/routes.ts';
import { addForms } from './triggers/http/forms.ts';
import { addHooks } from './triggers/http/hooks.ts';
import { traceRequests } from './tracing/request-trace.ts';
import { triggerRoutes } from './triggers/routes.ts';
import { workflowRoutes } from './workflows/routes.ts';
import { workspaceRoutes } from './workspaces/routes.ts';

/** Every route, read top to bottom. */
export function routeLists(context: Context, reader: () => EventReader): RouteList[] {
  return [
    { base: '', routes: [...systemRoutes(context), ...prometheusRoutes(context)] },
    {
      base: '/api/v1',
      routes: [
        ...setupRoutes(context),
        ...signInRoutes(context),
        ...ownRoutes(context),
        ...keyRoutes(context),
        ...auditRoutes(context),
        ...peopleRoutes(context),
        ...workspaceRoutes(context),
        ...robotRoutes(context),
        ...artifactRoutes(context),
        ...jobRoutes(context),
        ...taskRoutes(context),
        ...scheduleRoutes(context),
        ...queueRoutes(context),
        ...triggerRoutes(context),
        ...credentialRoutes(context),
        ...assetRoutes(context),
        ...secretStoreRoutes(context),
        ...workflowRoutes(context),
        ...metricsRoutes(context),
        ...analyticsRoutes(context),
        ...activityRoutes(context),
        ...eventRoutes(context, reader),
        ...socketTicketRoutes(context),
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
  readonly requestRates: RequestRates;
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
    // An address that cannot be read, or a part of it that is too long, comes to no route and to no error handler.
    frameworkErrors: (error, request, reply) => void sendError(translate(error), request, reply),
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
  traceRequests(app);
  logRequests(app, context.log);
  setErrorHandlers(app, !options.studioDist, context.counters);
  app.removeContentTypeParser('text/plain');
  addSecurityHeaders(app);
  allowOrigins(app, options.allowedOrigins);
  measureRequests(app, context);
  const authenticate = createAuthenticate(context.keys);
  const limits = createRequestLimits(options.requestRates);
  const cursors = createCursors(context.jobKeys.cursors);
  const lists = routeLists(context, options.reader);
  for (const { base, routes } of lists)
    registerRoutes(app, routes, { base, authenticate, limits, cursors, stopping: options.stopping });
  addHooks(app, context, options.stopping);
  addForms(app, context);
  addDocs(app, describeApi(lists, context.version));
  if (options.studioDist) await addStudio(app, options.studioDist);
  return app;
}

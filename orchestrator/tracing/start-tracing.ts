import { createRequire } from 'node:module';

export interface Tracing {
  /** Sends what waits, then ends. */
  stop(): Promise<void>;
}

type Env = Record<string, string | undefined>;

/** Modules whose functions are wrapped. Fastify and the pool have them loaded before anybody can ask for traces. */
const wrapped = ['node:http', 'pg', 'pg/lib/client.js'];

/**
 * Sends traces where the variables of OpenTelemetry say (`OTEL_EXPORTER_OTLP_ENDPOINT` …). The SDK is read only then: without them a
 * start knows nothing of it. Metrics and logs of OpenTelemetry stay off unless asked for; `/metrics` and the log have them.
 */
export async function startTracing(env: Env, serviceName: string): Promise<Tracing | undefined> {
  const asked = env['OTEL_EXPORTER_OTLP_ENDPOINT'] || env['OTEL_TRACES_EXPORTER'];
  if (!asked || env['OTEL_TRACES_EXPORTER'] === 'none') return undefined;
  env['OTEL_METRICS_EXPORTER'] ??= 'none';
  env['OTEL_LOGS_EXPORTER'] ??= 'none';
  const [{ NodeSDK }, { HttpInstrumentation }, { PgInstrumentation }] = await Promise.all([
    import('@opentelemetry/sdk-node'),
    import('@opentelemetry/instrumentation-http'),
    import('@opentelemetry/instrumentation-pg'),
  ]);
  const sdk = new NodeSDK({
    serviceName: env['OTEL_SERVICE_NAME'] || serviceName,
    instrumentations: [
      new HttpInstrumentation({
        // Probes, scrapes and sockets come all the time and lead nowhere.
        ignoreIncomingRequestHook: ({ url = '' }) => /^\/(health|metrics|socket\.io)/.test(url),
        // What triggers and vaults are asked for; the exporter's own requests are left out by itself.
        requireParentforOutgoingSpans: true,
      }),
      // Housekeeping asks every second; only what a request asks for is shown. Values of statements never are.
      new PgInstrumentation({ requireParentSpan: true, ignoreConnectSpans: true }),
    ],
  });
  sdk.start();
  const require = createRequire(import.meta.url);
  for (const name of wrapped) require(name);
  return { stop: () => sdk.shutdown() };
}

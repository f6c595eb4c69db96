export interface Tracing {
  /** Sends what waits, then ends. */
  stop(): Promise<void>;
}

type Env = Record<string, string | undefined>;

/** Whether the variables of OpenTelemetry say where traces go. */
export function isTraced(env: Readonly<Env>): boolean {
  const asked = env['OTEL_EXPORTER_OTLP_ENDPOINT'] || env['OTEL_TRACES_EXPORTER'];
  return Boolean(asked) && env['OTEL_TRACES_EXPORTER'] !== 'none';
}

/**
 * Sends traces where those variables say. The SDK is read only then, and by the agent alone: workers say how long their steps took, and the
 * agent makes spans of it, so a worker starts no slower and the spans of one that was killed are sent all the same.
 */
export async function startTracing(env: Env): Promise<Tracing | undefined> {
  if (!isTraced(env)) return undefined;
  env['OTEL_METRICS_EXPORTER'] ??= 'none';
  env['OTEL_LOGS_EXPORTER'] ??= 'none';
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  const sdk = new NodeSDK({ serviceName: env['OTEL_SERVICE_NAME'] || 'casare-robot' });
  sdk.start();
  return { stop: () => sdk.shutdown() };
}

import type { FleetEvent, HostRequest, JobStream, StudioHost } from '@casare/shared';
import type { FeedHandlers, FleetTransport, LinkState } from './fleet-transport.ts';
import { createJobWatchers } from './job-watchers.ts';
import { readReply } from './read-reply.ts';

const RETRY_MS = 3000;

/** Through the host of this machine, which holds the address and the key. */
export function createHostTransport(host: StudioHost): FleetTransport {
  const watchers = createJobWatchers({
    watch: (jobId) => void watch(jobId, true),
    unwatch: (jobId) => void watch(jobId, false),
  });
  // A watch that fails is asked for again with the next connection; until then the page shows what it has.
  const watch = (jobId: string, on: boolean) =>
    host.call('fleet.watchJob', { jobId, watch: on }).catch(() => undefined);

  return {
    request: async (method, path, options = {}) => {
      const request: HostRequest<'fleet.request'> = { method, path };
      if (options.body !== undefined) request.body = toJson(options.body);
      if (options.idempotencyKey !== undefined) request.idempotencyKey = options.idempotencyKey;
      const reply = await host.call('fleet.request', request);
      return readReply(reply.status, reply.body);
    },
    subscribe: (handlers) =>
      subscribeThroughHost(
        host,
        handlers,
        (stream) => watchers.deliver(stream),
        () => {
          for (const jobId of watchers.jobIds()) void watch(jobId, true);
        },
      ),
    watchJob: watchers.follow,
  };
}

function subscribeThroughHost(
  host: StudioHost,
  handlers: FeedHandlers,
  onStream: (stream: JobStream) => void,
  onReconnected: () => void,
): () => void {
  let stopped = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let state: LinkState = 'connecting';
  const setState = (next: LinkState, reason?: string) => {
    state = next;
    handlers.onState(next, reason);
  };
  const join = async () => {
    clearTimeout(retry);
    const since = handlers.since();
    try {
      const reply = await host.call('fleet.subscribe', since === undefined ? {} : { since });
      if (stopped) return;
      handlers.onReady(reply);
      setState('live');
      onReconnected();
    } catch {
      if (stopped || state === 'refused') return;
      setState('reconnecting');
      retry = setTimeout(() => void join(), RETRY_MS);
    }
  };
  const off = [
    host.on('fleet.status', (status) => {
      // The host's own connection came back: what happened meanwhile has to be asked for.
      if (status.state === 'live' && (state === 'reconnecting' || state === 'refused')) void join();
      else if (status.state !== 'live' && status.state !== 'connecting') setState(status.state, status.reason);
    }),
    // The contract types these as unknown because the host passes them on unread; the orchestrator's schemas made them.
    host.on('fleet.event', ({ event }) => handlers.onEvent(event as FleetEvent)),
    host.on('fleet.jobStream', ({ stream }) => onStream(stream as JobStream)),
    host.on('fleet.resync', () => {
      handlers.onResync();
      void join();
    }),
    host.onConnection((connected) => {
      if (connected) void join();
      else setState('reconnecting');
    }),
  ];
  return () => {
    stopped = true;
    clearTimeout(retry);
    for (const stop of off) stop();
  };
}

/** Drops what JSON has no place for (undefined), as `fetch` would. */
function toJson(body: unknown): Exclude<HostRequest<'fleet.request'>['body'], undefined> {
  return JSON.parse(JSON.stringify(body)) as Exclude<HostRequest<'fleet.request'>['body'], undefined>;
}

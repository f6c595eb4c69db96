import { AppError, type FleetClientMessages, type FleetServerMessages, isKeyRefusal } from '@casare/shared';
import { io, type Socket } from 'socket.io-client';
import type { FleetTransport } from './fleet-transport.ts';
import { createJobWatchers } from './job-watchers.ts';
import { readReply } from './read-reply.ts';

const ANSWER_MS = 15_000;
const COME_BACK_MS = 1000;

interface DirectTarget {
  /** Origin of the orchestrator. */
  url: string;
  key: string;
}

/** Straight to the orchestrator that served the page. */
export function createDirectTransport(target: DirectTarget): FleetTransport {
  let socket: Socket<FleetServerMessages, FleetClientMessages> | undefined;
  const watch = (jobId: string) => socket?.connected && socket.emit('watchJob', jobId, () => undefined);
  const watchers = createJobWatchers({ watch, unwatch: (jobId) => socket?.emit('unwatchJob', jobId) });

  return {
    request: async (method, path, options = {}) => {
      const headers: Record<string, string> = { 'x-api-key': target.key };
      if (options.body !== undefined) headers['content-type'] = 'application/json';
      if (options.idempotencyKey !== undefined) headers['idempotency-key'] = options.idempotencyKey;
      const body = options.body === undefined ? null : JSON.stringify(options.body);
      const response = await fetch(new URL(path, target.url), {
        method,
        headers,
        body,
        signal: AbortSignal.timeout(ANSWER_MS),
      }).catch((cause: unknown) => {
        throw new AppError(
          'UNREACHABLE',
          `The orchestrator at ${target.url} cannot be reached. Check that it runs and that this machine is online.`,
          {
            cause,
            retryable: true,
          },
        );
      });
      const text = await response.text();
      return readReply(response.status, parse(text));
    },
    subscribe: (handlers) => {
      const opened: Socket<FleetServerMessages, FleetClientMessages> = io(new URL('/fleet', target.url).href, {
        transports: ['websocket'],
        auth: { key: target.key },
        reconnectionDelayMax: 5000,
      });
      socket = opened;
      handlers.onState('connecting');
      const join = () => {
        const since = handlers.since();
        opened.emit('subscribe', since === undefined ? {} : { since }, (reply) => {
          handlers.onReady(reply);
          handlers.onState('live');
        });
      };
      opened.on('connect', () => {
        join();
        for (const jobId of watchers.jobIds()) watch(jobId);
      });
      // Socket.IO does not come back by itself after the server said goodbye or refused it.
      let wait = COME_BACK_MS;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const comeBack = () => {
        timer = setTimeout(() => opened.connect(), wait);
        wait = COME_BACK_MS;
      };
      opened.on('bye', ({ retryAfterMs }) => {
        wait = retryAfterMs;
      });
      opened.on('disconnect', (reason) => {
        handlers.onState('reconnecting', reason);
        if (reason === 'io server disconnect') comeBack();
      });
      opened.on('connect_error', ({ message }) => {
        handlers.onState(isKeyRefusal(message) ? 'refused' : 'reconnecting', message);
        if (!opened.active && !isKeyRefusal(message)) comeBack();
      });
      opened.on('event', handlers.onEvent);
      opened.on('jobStream', watchers.deliver);
      opened.on('resync', () => {
        handlers.onResync();
        join();
      });
      return () => {
        if (socket === opened) socket = undefined;
        clearTimeout(timer);
        opened.disconnect();
      };
    },
    watchJob: watchers.follow,
  };
}

function parse(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return undefined;
  }
}

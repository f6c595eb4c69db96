import {
  AppError,
  asAppError,
  type FleetClientMessages,
  type FleetServerMessages,
  isKeyRefusal,
  type SignOn,
} from '@casare/shared';
import { io, type Socket } from 'socket.io-client';
import type { FleetTransport, HttpMethod, RequestOptions } from './fleet-transport.ts';
import { createJobWatchers } from './job-watchers.ts';
import { readReply } from './read-reply.ts';

const ANSWER_MS = 15_000;
const COME_BACK_MS = 1000;

interface DirectTarget {
  /** Origin of the orchestrator. */
  url: string;
  /** Who one is; absent: nobody yet. */
  signOn?: SignOn;
}

/** Straight to the orchestrator that served the page. */
export function createDirectTransport(target: DirectTarget): FleetTransport {
  let socket: Socket<FleetServerMessages, FleetClientMessages> | undefined;
  const watch = (jobId: string) => socket?.connected && socket.emit('watchJob', jobId, () => undefined);
  const watchers = createJobWatchers({ watch, unwatch: (jobId) => socket?.emit('unwatchJob', jobId) });

  async function request(method: HttpMethod, path: string, options: RequestOptions = {}): Promise<unknown> {
    const { signOn } = target;
    const headers = (await signOn?.headers()) ?? {};
    let response = await send(target.url, method, path, options, headers);
    if (response.status === 401 && (await signOn?.renew(headers)))
      response = await send(target.url, method, path, options, (await signOn?.headers()) ?? {});
    return readReply(response.status, parse(await response.text()));
  }

  return {
    request,
    subscribe: (handlers) => {
      const opened: Socket<FleetServerMessages, FleetClientMessages> = io(new URL('/fleet', target.url).href, {
        transports: ['websocket'],
        reconnectionDelayMax: 5000,
        // What a page shows here can be read in it: a ticket, good for this one connection.
        auth: (show) => {
          request('POST', '/api/v1/socket-tickets').then(
            (reply) => show({ ticket: (reply as { ticket: string }).ticket }),
            (error: unknown) => refuse(asAppError(error)),
          );
        },
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
      const refuse = ({ code, message }: AppError) => {
        if (socket !== opened) return;
        const isRefused = isKeyRefusal(`${code}:`);
        handlers.onState(isRefused ? 'refused' : 'reconnecting', `${code}: ${message}`);
        opened.disconnect();
        if (!isRefused) comeBack();
      };
      opened.on('bye', ({ retryAfterMs }) => {
        wait = Math.max(retryAfterMs, COME_BACK_MS);
      });
      opened.on('disconnect', (reason) => {
        if (reason === 'io client disconnect') return;
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

function send(
  url: string,
  method: HttpMethod,
  path: string,
  options: RequestOptions,
  signedOn: Record<string, string>,
): Promise<Response> {
  const headers = { ...signedOn };
  if (options.body !== undefined) headers['content-type'] = 'application/json';
  if (options.idempotencyKey !== undefined) headers['idempotency-key'] = options.idempotencyKey;
  const body = options.body === undefined ? null : JSON.stringify(options.body);
  return fetch(new URL(path, url), { method, headers, body, signal: AbortSignal.timeout(ANSWER_MS) }).catch(
    (cause: unknown) => {
      throw new AppError(
        'UNREACHABLE',
        `The orchestrator at ${url} cannot be reached. Check that it runs and that this machine is online.`,
        { cause, retryable: true },
      );
    },
  );
}

function parse(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return undefined;
  }
}

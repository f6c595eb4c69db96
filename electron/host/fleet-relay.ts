import {
  AppError,
  fromWire,
  type HostArgument,
  type HostEvents,
  type HostReply,
  isKeyRefusal,
  meSchema,
  type WireError,
} from '@casare/shared';
import { io, type Socket } from 'socket.io-client';
import type { SecretStore } from './secret-store.ts';
import type { SettingsStore } from './settings.ts';

const REQUEST_TIMEOUT_MS = 15_000;
const COME_BACK_MS = 1000;

export interface FleetRelay {
  connection(): Promise<HostReply<'fleet.connection'>>;
  connect(target: { url: string; key: string } | null): Promise<HostReply<'fleet.connection'>>;
  request(request: HostArgument<'fleet.request'>): Promise<HostReply<'fleet.request'>>;
  subscribe(since: number | undefined): Promise<HostReply<'fleet.subscribe'>>;
  watchJob(jobId: string, watch: boolean): Promise<HostReply<'fleet.watchJob'>>;
  close(): void;
}

type Emit = <E extends keyof HostEvents>(event: E, payload: HostEvents[E]) => void;

/** Speaks to the orchestrator for the studio, so that the key stays in this process. */
export function createFleetRelay(settings: SettingsStore, secrets: SecretStore, emit: Emit): FleetRelay {
  let socket: Socket | undefined;

  async function target(): Promise<{ url: string; key: string }> {
    const [{ fleetUrl }, key] = await Promise.all([settings.get(), secrets.get()]);
    if (typeof fleetUrl !== 'string' || key === null)
      throw new AppError('CONFLICT', 'No orchestrator is connected. Enter its address and a key in the settings.');
    return { url: fleetUrl, key };
  }

  async function describe(): Promise<HostReply<'fleet.connection'>> {
    const [{ fleetUrl }, key] = await Promise.all([settings.get(), secrets.get()]);
    return { url: typeof fleetUrl === 'string' ? fleetUrl : null, keyDisplay: key && displayKey(key) };
  }

  function disconnect(): void {
    socket?.disconnect();
    socket = undefined;
  }

  /** The live connection; opened on first use, then kept by Socket.IO through cuts. */
  async function live(): Promise<Socket> {
    if (socket) return socket;
    const { url, key } = await target();
    // Another call may have opened it while this one read the key.
    if (socket) return socket;
    const opened = io(`${url}/fleet`, { transports: ['websocket'], auth: { key }, reconnectionDelayMax: 5000 });
    socket = opened;
    emit('fleet.status', { state: 'connecting' });
    opened.on('connect', () => emit('fleet.status', { state: 'live' }));
    // Socket.IO does not come back by itself after the server said goodbye or refused it.
    let wait = COME_BACK_MS;
    const comeBack = () => {
      setTimeout(() => socket === opened && opened.connect(), wait).unref();
      wait = COME_BACK_MS;
    };
    opened.on('bye', ({ retryAfterMs }: { retryAfterMs: number }) => {
      wait = retryAfterMs;
    });
    opened.on('disconnect', (reason) => {
      if (socket !== opened) return;
      emit('fleet.status', { state: 'reconnecting', reason });
      if (reason === 'io server disconnect') comeBack();
    });
    opened.on('connect_error', ({ message }) => {
      if (socket !== opened) return;
      emit('fleet.status', { state: isKeyRefusal(message) ? 'refused' : 'reconnecting', reason: message });
      if (!opened.active && !isKeyRefusal(message)) comeBack();
    });
    opened.on('event', (event: unknown) => emit('fleet.event', { event }));
    opened.on('jobStream', (stream: unknown) => emit('fleet.jobStream', { stream }));
    opened.on('resync', (reason: unknown) => emit('fleet.resync', { reason: String(reason) }));
    return opened;
  }

  async function ask<T>(message: string, argument: unknown): Promise<T> {
    const connection = await live();
    try {
      return (await connection.timeout(REQUEST_TIMEOUT_MS).emitWithAck(message, argument)) as T;
    } catch (error) {
      throw new AppError('UNREACHABLE', 'The orchestrator did not answer. The studio goes on trying.', {
        retryable: true,
        cause: error,
      });
    }
  }

  return {
    connection: describe,
    async connect(wanted) {
      if (wanted === null) {
        disconnect();
        await secrets.set(null);
        await settings.set({ fleetUrl: null });
        emit('fleet.status', { state: 'off' });
        return describe();
      }
      const url = checkedUrl(wanted.url);
      const answer = await send({ url, key: wanted.key }, { method: 'GET', path: '/api/v1/me' });
      if (answer.status !== 200) throw errorOf(answer);
      if (meSchema.safeParse(answer.body).data?.keyKind === 'robot')
        throw new AppError('FORBIDDEN', 'This key is for robots. Enter an admin key.');
      // The key first: a keychain that refuses it leaves the old connection as it was.
      await secrets.set(wanted.key);
      disconnect();
      await settings.set({ fleetUrl: url });
      return describe();
    },
    request: async (request) => send(await target(), request),
    subscribe: (since) => ask('subscribe', since === undefined ? {} : { since }),
    async watchJob(jobId, watch) {
      if (watch) return ask('watchJob', jobId);
      socket?.emit('unwatchJob', jobId);
      return { ok: true };
    },
    close: disconnect,
  };
}

async function send(
  target: { url: string; key: string },
  request: HostArgument<'fleet.request'>,
): Promise<HostReply<'fleet.request'>> {
  let response: Response;
  try {
    response = await fetch(new URL(request.path, target.url), {
      method: request.method,
      headers: {
        'x-api-key': target.key,
        ...(request.body !== undefined && { 'content-type': 'application/json' }),
        ...(request.idempotencyKey !== undefined && { 'idempotency-key': request.idempotencyKey }),
      },
      ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      redirect: 'error',
    });
  } catch (error) {
    throw new AppError(
      'UNREACHABLE',
      `The orchestrator at ${target.url} cannot be reached. Check the address and that it runs.`,
      { retryable: true, cause: error },
    );
  }
  const text = await response.text();
  try {
    return {
      status: response.status,
      body: text === '' ? null : (JSON.parse(text) as HostReply<'fleet.request'>['body']),
    };
  } catch (error) {
    throw new AppError('UNREACHABLE', `What answers at ${target.url} is not an orchestrator. Check the address.`, {
      cause: error,
    });
  }
}

function errorOf(answer: HostReply<'fleet.request'>): AppError {
  const wire = (answer.body as { error?: WireError } | null)?.error;
  if (wire) return fromWire(wire, answer.status);
  return new AppError(
    'UNREACHABLE',
    `What answers at this address is not an orchestrator (status ${answer.status}). Check the address.`,
  );
}

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new AppError(
      'VALIDATION',
      `"${text}" is not an address. Enter it with http:// or https://, e.g. https://orchestrator.example.com.`,
    );
  }
  return url.origin;
}

function displayKey(key: string): string {
  return `${key.slice(0, 11)}…${key.slice(-4)}`;
}

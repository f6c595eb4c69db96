import {
  AppError,
  asAppError,
  type HostArgument,
  type HostEvents,
  type HostReply,
  isKeyRefusal,
  type SignOnTarget,
} from '@casare/shared';
import { io, type Socket } from 'socket.io-client';
import { REQUEST_TIMEOUT_MS } from './fleet-http.ts';
import { createFleetSignOn } from './fleet-sign-on.ts';
import type { SecretStore } from './secret-store.ts';
import type { SettingsStore } from './settings.ts';

const COME_BACK_MS = 1000;

export interface FleetRelay {
  connection(): Promise<HostReply<'fleet.connection'>>;
  connect(target: SignOnTarget | null): Promise<HostReply<'fleet.connection'>>;
  /** To another workspace of who has signed in. */
  choose(workspaceId: string): Promise<HostReply<'fleet.connection'>>;
  request(request: HostArgument<'fleet.request'>): Promise<HostReply<'fleet.request'>>;
  subscribe(since: number | undefined): Promise<HostReply<'fleet.subscribe'>>;
  watchJob(jobId: string, watch: boolean): Promise<HostReply<'fleet.watchJob'>>;
  close(): void;
}

type Emit = <E extends keyof HostEvents>(event: E, payload: HostEvents[E]) => void;

/** Speaks to the orchestrator for the studio, so that the key or session stays in this process. */
export function createFleetRelay(settings: SettingsStore, secrets: SecretStore, emit: Emit): FleetRelay {
  const signOn = createFleetSignOn(settings, secrets);
  let socket: Socket | undefined;

  function disconnect(): void {
    socket?.disconnect();
    socket = undefined;
  }

  /** The live connection; opened on first use, then kept by Socket.IO through cuts. */
  async function live(): Promise<Socket> {
    if (socket) return socket;
    let first: Awaited<ReturnType<typeof signOn.socketAuth>> | undefined = await signOn.socketAuth();
    // Another call may have opened it while this one asked.
    if (socket) return socket;
    const opened = io(`${first.url}/fleet`, {
      transports: ['websocket'],
      reconnectionDelayMax: 5000,
      // A ticket opens one socket, so each connection brings its own.
      auth: (show) => {
        const given = first;
        first = undefined;
        if (given) return show(given.auth);
        signOn.socketAuth().then(
          ({ auth }) => show(auth),
          (error: unknown) => refuse(asAppError(error)),
        );
      },
    });
    socket = opened;
    emit('fleet.status', { state: 'connecting' });
    opened.on('connect', () => emit('fleet.status', { state: 'live' }));
    // Socket.IO does not come back by itself after the server said goodbye or refused it.
    let wait = COME_BACK_MS;
    const comeBack = () => {
      setTimeout(() => socket === opened && opened.connect(), wait).unref();
      wait = COME_BACK_MS;
    };
    const refuse = ({ code, message }: AppError) => {
      if (socket !== opened) return;
      const isRefused = isKeyRefusal(`${code}:`);
      emit('fleet.status', { state: isRefused ? 'refused' : 'reconnecting', reason: `${code}: ${message}` });
      opened.disconnect();
      if (!isRefused) comeBack();
    };
    opened.on('bye', ({ retryAfterMs }: { retryAfterMs: number }) => {
      wait = Math.max(retryAfterMs, COME_BACK_MS);
    });
    opened.on('disconnect', (reason) => {
      if (socket !== opened || reason === 'io client disconnect') return;
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
    connection: signOn.describe,
    async connect(wanted) {
      if (wanted === null) {
        disconnect();
        await signOn.forget();
        emit('fleet.status', { state: 'off' });
      } else {
        await signOn.connect(wanted);
        disconnect();
      }
      return signOn.describe();
    },
    async choose(workspaceId) {
      await signOn.choose(workspaceId);
      disconnect();
      return signOn.describe();
    },
    request: signOn.request,
    subscribe: (since) => ask('subscribe', since === undefined ? {} : { since }),
    async watchJob(jobId, watch) {
      if (watch) return ask('watchJob', jobId);
      socket?.emit('unwatchJob', jobId);
      return { ok: true };
    },
    close: disconnect,
  };
}

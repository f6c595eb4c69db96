import { AppError } from '@casare/shared';
import type { Namespace, Server, Socket } from 'socket.io';
import type { Context } from '../context.ts';
import { refusalOf } from '../http/authenticate.ts';
import { translate } from '../http/error-handler.ts';
import type { RouteAccess } from '../http/route.ts';
import { type Caller, unauthenticated } from '../keys/caller.ts';
import { callersOfKeys } from '../keys/verify.ts';
import { callersOfSessions } from '../people/session-callers.ts';
import { takeTicket } from './socket-tickets.ts';

export interface SocketData {
  caller: Caller;
  instanceId?: string;
}

/** Who may open sockets of a namespace; by the same rules as its routes. */
export type SocketAccess = RouteAccess;

/** Lets in sockets that show a ticket or a key in their handshake. */
export function requireAccess(context: Context, namespace: Namespace, access: SocketAccess): void {
  namespace.use((socket, decide) => {
    void whyNot(context, socket, access).then(decide);
  });
  namespace.on('connection', limitMessages);
}

/** Why a socket may not come in; nothing when it may, and then it carries its caller. */
async function whyNot(context: Context, socket: Socket, access: SocketAccess): Promise<Error | undefined> {
  const { instanceId } = socket.handshake.auth as { instanceId?: unknown };
  try {
    const caller = await callerOf(context, socket);
    const refusal = refusalOf(caller, access);
    if (refusal) throw refusal;
    socket.data = { caller, ...(typeof instanceId === 'string' ? { instanceId } : {}) } satisfies SocketData;
    return undefined;
  } catch (error) {
    const { code, message } = translate(error);
    return new Error(`${code}: ${message}`);
  }
}

function callerOf(context: Context, socket: Socket): Promise<Caller> {
  const { key, ticket } = socket.handshake.auth as { key?: unknown; ticket?: unknown };
  if (typeof ticket === 'string') return takeTicket(context, ticket);
  // Only pages send an origin. What a page puts here stays readable in it; a program keeps its key to itself.
  if (socket.handshake.headers.origin !== undefined && key !== undefined)
    throw new AppError('UNAUTHENTICATED', 'A page opens its socket with a ticket of POST /socket-tickets.');
  if (typeof key !== 'string') return Promise.reject(unauthenticated());
  return context.keys.verify(key, socket.handshake.address);
}

const messagesPerSecond = 20;

function limitMessages(socket: Socket): void {
  let count = 0;
  let second = 0;
  socket.use((_message, next) => {
    const now = Math.floor(performance.now() / 1000);
    if (now !== second) {
      second = now;
      count = 0;
    }
    if (++count > messagesPerSecond) socket.disconnect(true);
    else next();
  });
}

/**
 * Disconnects sockets whose key or session is no longer good, or may no longer do what the namespace needs: at once when
 * told, and by a look once a second.
 */
export function watchAccess(context: Context, io: Server, namespaces: Readonly<Record<string, SocketAccess>>) {
  let looking: Promise<void> | undefined;
  let again = false;

  async function look(): Promise<void> {
    const open = Object.entries(namespaces).flatMap(([name, access]) =>
      [...io.of(name).sockets.values()].map((socket) => ({
        socket,
        access,
        before: (socket.data as SocketData).caller,
      })),
    );
    if (open.length === 0) return;
    const now = await readAgain(
      context,
      open.map(({ before }) => before),
    );
    for (const { socket, access, before } of open) {
      const caller = now.get(nameOf(before));
      if (caller && !refusalOf(caller, access)) {
        (socket.data as SocketData).caller = caller;
        continue;
      }
      socket.emit('bye', { reason: 'The key or session has ended, or may not do this any more.', retryAfterMs: 0 });
      socket.disconnect(true);
    }
  }

  function start(): void {
    if (looking) {
      again = true;
      return;
    }
    looking = look()
      .catch((error: unknown) => context.log.warn({ err: error }, 'who has sockets open could not be checked'))
      .finally(() => {
        looking = undefined;
        if (again) {
          again = false;
          start();
        }
      });
  }

  const unsubscribe = context.signals.subscribe((signal) => {
    if (signal.kind === 'keys') start();
  });
  const timer = setInterval(start, 900);
  return async () => {
    clearInterval(timer);
    unsubscribe();
    again = false;
    await looking;
  };
}

const nameOf = (caller: Caller) => `${caller.credentialId} ${caller.workspaceId}`;

/** The callers as they are now, each once. */
async function readAgain({ database }: Context, callers: readonly Caller[]): Promise<Map<string, Caller>> {
  const each = [...new Map(callers.map((caller) => [nameOf(caller), caller])).values()];
  const keys = each.filter(({ person }) => !person).map(({ credentialId }) => credentialId);
  const seats = each
    .filter(({ person }) => person)
    .map(({ credentialId, workspaceId }) => ({ sessionId: credentialId, workspaceId }));
  const [ofKeys, ofSessions] = await Promise.all([
    keys.length > 0 ? callersOfKeys(database, keys) : [],
    seats.length > 0 ? callersOfSessions(database, seats) : [],
  ]);
  return new Map([...ofKeys, ...ofSessions].map((caller) => [nameOf(caller), caller]));
}

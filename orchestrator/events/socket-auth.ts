import type { Namespace, Server, Socket } from 'socket.io';
import type { KeyKind } from '@casare/shared';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { oneAcrossTenants } from '../db/transaction.ts';
import { translate } from '../http/error-handler.ts';
import type { Caller } from '../keys/verify.ts';

export interface SocketData {
  caller: Caller;
  instanceId?: string;
}

/** Lets in sockets that show a key of the kind in their handshake. */
export function requireKey(context: Context, namespace: Namespace, kind: KeyKind): void {
  namespace.use((socket, decide) => {
    void refusalOf(context, socket, kind).then(decide);
  });
  namespace.on('connection', limitMessages);
}

/** Why a socket may not come in; nothing when it may, and then it carries its caller. */
async function refusalOf(context: Context, socket: Socket, kind: KeyKind): Promise<Error | undefined> {
  const { key, instanceId } = socket.handshake.auth as { key?: unknown; instanceId?: unknown };
  try {
    const caller = await context.keys.verify(typeof key === 'string' ? key : undefined, socket.handshake.address);
    if (caller.keyKind !== kind) return new Error(`FORBIDDEN: this needs a key of the kind "${kind}".`);
    socket.data = { caller, ...(typeof instanceId === 'string' ? { instanceId } : {}) } satisfies SocketData;
    return undefined;
  } catch (error) {
    const { code, message } = translate(error);
    return new Error(`${code}: ${message}`);
  }
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

/** Disconnects sockets whose key was revoked or has run out: at once when told, and by a look once a second. */
export function watchKeys(context: Context, io: Server, namespaces: readonly string[]): () => Promise<void> {
  let looking: Promise<void> | undefined;
  let again = false;

  async function look(): Promise<void> {
    const sockets = namespaces.flatMap((name) => [...io.of(name).sockets.values()]);
    if (sockets.length === 0) return;
    const ids = [...new Set(sockets.map((socket) => (socket.data as SocketData).caller.keyId))];
    const rows = await oneAcrossTenants<{ id: string }>(
      context.database.system,
      sql`select id from api_keys where id = any(${ids}::uuid[]) and revoked_at is null and expires_at > clock_timestamp()`,
    );
    const good = new Set(rows.map((row) => row.id));
    for (const socket of sockets) {
      if (good.has((socket.data as SocketData).caller.keyId)) continue;
      socket.emit('bye', { reason: 'The key was revoked or has expired.', retryAfterMs: 0 });
      socket.disconnect(true);
    }
  }

  function start(): void {
    if (looking) {
      again = true;
      return;
    }
    looking = look()
      .catch((error: unknown) => context.log.warn({ err: error }, 'keys of sockets could not be checked'))
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

import { type FleetClientMessages, type FleetEvent, type FleetServerMessages, idSchema } from '@casare/shared';
import type { Namespace, Server, Socket } from 'socket.io';
import { z } from 'zod';
import type { Context } from '../context.ts';
import type { EventReader } from './event-reader.ts';
import { createJobWatch } from './job-watch.ts';
import { startLiveFigures } from './live-figures.ts';
import { replayEvents } from './replay.ts';
import { requireAccess, type SocketAccess, type SocketData } from './socket-auth.ts';

type FleetSocket = Socket<FleetClientMessages, FleetServerMessages, Record<string, never>, SocketData>;
type FleetNamespace = Namespace<FleetClientMessages, FleetServerMessages, Record<string, never>, SocketData>;

export const fleetAccess: SocketAccess = { auth: 'admin', scope: 'events:read' };

export interface FleetChannel {
  isWatched(): boolean;
  send(events: readonly FleetEvent[]): void;
  stop(): Promise<void>;
}

const maxReplay = 10_000;
// What a client has not taken yet; a page that hangs must not fill the memory here.
const maxBacklogBytes = 1024 * 1024;
const slowCheckEvents = 16;
const subscribeSchema = z.strictObject({ since: z.int().min(0).optional() });

const liveRoom = (workspaceId: string) => `live:${workspaceId}`;

/** The namespace of studios and dashboards. */
export function createFleetChannel(context: Context, io: Server, reader: () => EventReader): FleetChannel {
  const namespace = io.of('/fleet') as FleetNamespace;
  requireAccess(context, namespace as unknown as Namespace, fleetAccess);
  const jobs = createJobWatch(context, namespace);
  /** Sockets that get their past first, with the live events that came meanwhile. */
  const replaying = new Map<FleetSocket, FleetEvent[]>();
  const lagging = new Set<FleetSocket>();

  namespace.on('connection', (socket) => {
    const { caller } = socket.data;
    socket.on('subscribe', (request, answer) => {
      const parsed = subscribeSchema.safeParse(request);
      if (!parsed.success || typeof answer !== 'function') return void socket.disconnect(true);
      subscribe(socket, parsed.data.since)
        .then(answer)
        .catch((error: unknown) => {
          replaying.delete(socket);
          context.log.warn({ err: error }, 'a subscription failed');
          socket.disconnect(true);
        });
    });
    socket.on('watchJob', (jobId, answer) => {
      if (!idSchema.safeParse(jobId).success || typeof answer !== 'function') return void socket.disconnect(true);
      jobs.watch(socket, caller, jobId).then(
        (ok) => answer({ ok }),
        () => answer({ ok: false }),
      );
    });
    socket.on('unwatchJob', (jobId) => {
      if (typeof jobId === 'string') jobs.unwatch(socket, jobId);
    });
    socket.on('disconnect', () => {
      replaying.delete(socket);
      lagging.delete(socket);
      jobs.forget(socket);
    });
  });

  async function subscribe(socket: FleetSocket, since: number | undefined): Promise<{ seq: number; resync: boolean }> {
    const { caller } = socket.data;
    const room = liveRoom(caller.workspaceId);
    void socket.leave(room);
    lagging.delete(socket);
    await reader().catchUp();
    // From here on to the reading of the past nothing waits, so no event falls between the two.
    const meanwhile: FleetEvent[] = [];
    replaying.set(socket, meanwhile);
    const start = reader().last();
    const past =
      since === undefined
        ? { events: [], seq: start, resync: false, more: false }
        : await replayEvents(context.database, reader(), caller, since, maxReplay);
    if (!past.more) for (const event of past.events) socket.emit('event', event);
    const seq = past.more ? start : past.seq;
    for (const event of meanwhile) if (event.seq > seq) socket.emit('event', event);
    replaying.delete(socket);
    void socket.join(room);
    return { seq: Math.max(seq, meanwhile.at(-1)?.seq ?? 0), resync: past.resync || past.more };
  }

  function send(events: readonly FleetEvent[]): void {
    for (const [i, event] of events.entries()) {
      // A batch can be many times what a client may be behind.
      if (i % slowCheckEvents === slowCheckEvents - 1) dropSlow();
      namespace.to(liveRoom(event.workspace_id)).emit('event', event);
      for (const [socket, meanwhile] of replaying)
        if (socket.data.caller.workspaceId === event.workspace_id) meanwhile.push(event);
    }
    dropSlow();
  }

  /** A client that does not keep up gets nothing until it has taken everything, and is then told to start afresh. */
  function dropSlow(): void {
    for (const socket of namespace.sockets.values()) {
      const backlog = backlogOf(socket);
      if (!lagging.has(socket) && backlog > maxBacklogBytes) {
        lagging.add(socket);
        void socket.leave(liveRoom(socket.data.caller.workspaceId));
        jobs.forget(socket);
      } else if (lagging.has(socket) && backlog === 0) {
        lagging.delete(socket);
        socket.emit('resync', 'This client was too slow and missed events.');
      }
    }
  }

  const figures = startLiveFigures(context, {
    lastSeq: () => reader().last(),
    watched: () => [
      ...new Map([...namespace.sockets.values()].map(({ data }) => [data.caller.workspaceId, data.caller])).values(),
    ],
    send: (event) => namespace.to(liveRoom(event.workspace_id)).emit('event', event),
  });
  const slow = setInterval(dropSlow, 250);
  return {
    isWatched: () => namespace.sockets.size > 0,
    send,
    async stop() {
      clearInterval(slow);
      jobs.stop();
      await figures.stop();
    },
  };
}

/** Bytes on their way to a client: what its WebSocket holds, and what waits for that one. */
function backlogOf(socket: FleetSocket): number {
  // Sockets are WebSockets only (socket-server.ts), and this is what they and their transport keep.
  const { transport, writeBuffer } = socket.conn as unknown as {
    transport: { socket?: { bufferedAmount?: number } };
    writeBuffer?: readonly { data?: { length: number } }[];
  };
  const waiting = writeBuffer?.reduce((sum, packet) => sum + (packet.data?.length ?? 0), 0) ?? 0;
  return waiting + (transport.socket?.bufferedAmount ?? 0);
}

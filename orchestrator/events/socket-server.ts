import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { Server } from 'socket.io';
import type { Context } from '../context.ts';
import { isAllowedOrigin } from '../http/origins.ts';
import { type EventReader, startEventReader } from './event-reader.ts';
import { createFleetChannel, fleetAccess } from './fleet-channel.ts';
import { createRobotChannel, robotAccess } from './robot-channel.ts';
import { showEvents } from './show-events.ts';
import { watchAccess } from './socket-auth.ts';

export interface Live {
  readonly reader: EventReader;
  /** Tells every client to come again, and closes. */
  close(): Promise<void>;
}

/** The live side of one instance: Socket.IO on the HTTP server, fed from the events in the database. */
export async function startLive(context: Context, http: HttpServer, allowedOrigins: readonly string[]): Promise<Live> {
  const io = new Server(http, {
    transports: ['websocket'],
    maxHttpBufferSize: 64 * 1024,
    serveClient: false,
    connectTimeout: 5000,
    allowRequest: (request: IncomingMessage, callback) =>
      callback(null, isAllowedOrigin(request.headers.origin, request.headers.host, allowedOrigins)),
  });
  // Only the two namespaces below; each asks for a ticket or a key.
  io.use((_socket, next) => next(new Error('NOT_FOUND: connect to /fleet or /robots.')));

  let reader: EventReader | undefined;
  const started = () => {
    if (!reader) throw new Error('the live view is still starting');
    return reader;
  };
  const fleet = createFleetChannel(context, io, started);
  const robots = createRobotChannel(context, io);
  context.counters.watchSockets(() => ({
    fleet: io.of('/fleet').sockets.size,
    robots: io.of('/robots').sockets.size,
  }));
  const stopWatching = watchAccess(context, io, { '/fleet': fleetAccess, '/robots': robotAccess });
  reader = await startEventReader({
    database: context.database,
    signals: context.signals,
    isWatched: fleet.isWatched,
    async prepare(rows) {
      const events = await showEvents(context.database.system, rows);
      return () => {
        fleet.send(events);
        context.counters.eventsSent.inc(events.length);
        const newest = rows.at(-1);
        if (newest) context.counters.eventLag.set(Math.max(0, (Date.now() - newest.ts.getTime()) / 1000));
      };
    },
    onError: (error) => context.log.warn({ err: error }, 'events could not be read and are read again'),
  });

  return {
    reader,
    async close() {
      robots.leave();
      // Spread, so that not all of them knock at once.
      for (const name of ['/fleet', '/robots'])
        for (const socket of io.of(name).sockets.values())
          socket.emit('bye', {
            reason: 'The orchestrator stops.',
            retryAfterMs: Math.round(500 + context.random() * 2000),
          });
      await Promise.all([stopWatching(), fleet.stop(), robots.stop(), started().stop()]);
      io.disconnectSockets(true);
      // Not io.close(): it would close the HTTP server, which still finishes requests.
      io.engine.close();
    },
  };
}

import { eventListQuerySchema, eventListSchema } from '@casare/shared';
import type { Context } from '../context.ts';
import { type Route, route } from '../http/route.ts';
import type { EventReader } from './event-reader.ts';
import { replayEvents } from './replay.ts';

export function eventRoutes(context: Context, reader: () => EventReader): Route[] {
  return [
    route({
      method: 'GET',
      path: '/events',
      scope: 'events:read',
      auth: 'admin',
      tag: 'events',
      summary: 'Stored events after a number, oldest first',
      query: eventListQuerySchema,
      reply: eventListSchema,
      async handle({ caller, query }) {
        await reader().catchUp();
        const { events, seq, resync } = await replayEvents(
          context.database,
          reader(),
          caller,
          query.since,
          query.limit,
        );
        return { events, seq, resync };
      },
    }),
  ];
}

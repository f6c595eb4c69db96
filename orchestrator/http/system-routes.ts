import { z } from 'zod';
import type { Context } from '../context.ts';
import { pingDatabase } from '../db/database.ts';
import { type Route, route } from './route.ts';

const healthSchema = z.strictObject({ status: z.literal('ok') });

/** Probes; below no base path. */
export function systemRoutes(context: Context): Route[] {
  const common = { method: 'GET', auth: 'none', tag: 'system', reply: healthSchema } as const;
  return [
    route({ ...common, path: '/health/live', summary: 'The process answers', handle: () => ({ status: 'ok' }) }),
    route({
      ...common,
      path: '/health/ready',
      summary: 'It and its database can serve requests',
      async handle() {
        await pingDatabase(context.database);
        return { status: 'ok' };
      },
    }),
  ];
}

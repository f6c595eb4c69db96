import { fleetTaskSchema, humanAnswerSchema, idParamsSchema, pageOf, taskListQuerySchema } from '@casare/shared';
import type { Context } from '../context.ts';
import { type Route, route } from '../http/route.ts';
import { answerTask } from './answer.ts';
import { getTask, listTasks } from './list.ts';

const MiB = 1024 * 1024;

export function taskRoutes(context: Context): Route[] {
  const common = { auth: 'admin', tag: 'tasks' } as const;
  const one = { ...common, params: idParamsSchema } as const;
  return [
    route({
      ...common,
      method: 'GET',
      path: '/tasks',
      scope: 'tasks:read',
      summary: 'List what jobs ask people, newest first',
      query: taskListQuerySchema,
      reply: pageOf(fleetTaskSchema),
      handle: ({ caller, query }) => listTasks(context, caller, query),
    }),
    route({
      ...one,
      method: 'GET',
      path: '/tasks/:id',
      scope: 'tasks:read',
      summary: 'One task',
      reply: fleetTaskSchema,
      handle: ({ caller, params }) => getTask(context, caller, params.id),
    }),
    route({
      ...one,
      method: 'POST',
      path: '/tasks/:id/answer',
      scope: 'tasks:write',
      summary: 'Answer a task; the job goes on with it',
      body: humanAnswerSchema,
      reply: fleetTaskSchema,
      bodyLimit: 8 * MiB,
      handle: ({ caller, params, body, request }) => answerTask(context, caller, params.id, body, request.id),
    }),
  ];
}

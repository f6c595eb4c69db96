import {
  commandResultSchema,
  doctorReportSchema,
  idParamsSchema,
  pageOf,
  robotCommandListQuerySchema,
  robotCommandRecordSchema,
  robotDoctorSchema,
  robotLogQuerySchema,
  robotLogRowSchema,
  robotLogsSchema,
  robotSamplesSchema,
  sendCommandSchema,
  sendCommandsReplySchema,
  sendCommandsSchema,
} from '@casare/shared';
import type { Context } from '../context.ts';
import { inTenant } from '../db/transaction.ts';
import { once } from '../http/idempotency.ts';
import { type Route, route } from '../http/route.ts';
import { commandRobot, commandRobots, finishCommand, listCommands } from './commands.ts';
import { listRobotLogs, readFindings, readSamples, takeFindings, takeRobotLogs } from './robot-reports.ts';

const tag = 'robots';

/** Commands and what comes of them, and what robots tell about themselves. */
export function robotCommandRoutes(context: Context): Route[] {
  const one = { auth: 'admin', scope: 'robots:read', method: 'GET', tag, params: idParamsSchema } as const;
  const told = { auth: 'robot', method: 'POST', tag } as const;
  const wake = (tenantId: string, robotIds: readonly string[]) => {
    context.signals.send({ kind: 'events' });
    for (const robotId of new Set(robotIds)) context.signals.send({ kind: 'command', tenantId, robotId });
  };
  return [
    route({
      method: 'POST',
      path: '/robots/:id/commands',
      scope: 'robots:write',
      auth: 'admin',
      tag,
      summary: 'Send a command to a robot',
      params: idParamsSchema,
      body: sendCommandSchema,
      reply: robotCommandRecordSchema,
      status: 201,
      idempotent: true,
      async handle({ caller, params, body, request }) {
        const command = await inTenant(context.database.pool, caller.tenantId, (db) =>
          once(db, request, caller, () => commandRobot(db, caller, params.id, body, request.id)),
        );
        wake(caller.tenantId, [params.id]);
        return command;
      },
    }),
    route({
      method: 'POST',
      path: '/robots/commands',
      scope: 'robots:write',
      auth: 'admin',
      tag,
      summary: 'Send a command to several robots, named or by a filter',
      body: sendCommandsSchema,
      reply: sendCommandsReplySchema,
      status: 201,
      idempotent: true,
      async handle({ caller, body, request }) {
        const commands = await inTenant(context.database.pool, caller.tenantId, (db) =>
          once(db, request, caller, () => commandRobots(db, caller, body, request.id)),
        );
        wake(
          caller.tenantId,
          commands.map(({ robotId }) => robotId),
        );
        return { commands };
      },
    }),
    route({
      method: 'GET',
      path: '/robots/commands',
      scope: 'robots:read',
      auth: 'admin',
      tag,
      summary: 'Commands and what came of them, newest first',
      query: robotCommandListQuerySchema,
      reply: pageOf(robotCommandRecordSchema),
      handle: ({ caller, query }) => listCommands(context, caller, query),
    }),
    route({
      ...told,
      path: '/robots/commands/:id/result',
      summary: 'A robot says what came of a command',
      params: idParamsSchema,
      body: commandResultSchema,
      handle: ({ caller, params, body }) => finishCommand(context, caller, params.id, body),
    }),
    route({
      ...told,
      path: '/robots/doctor',
      summary: 'A robot says what its doctor found',
      body: doctorReportSchema,
      handle: ({ caller, body }) => takeFindings(context, caller, body),
    }),
    route({
      ...told,
      path: '/robots/logs',
      summary: 'Lines of the log of a robot',
      body: robotLogsSchema,
      bodyLimit: 4 * 1024 * 1024,
      handle: ({ caller, body }) => takeRobotLogs(context, caller, body),
    }),
    route({
      ...one,
      path: '/robots/:id/doctor',
      summary: 'What the doctor of a robot found last',
      reply: robotDoctorSchema,
      handle: ({ caller, params }) => readFindings(context, caller, params.id),
    }),
    route({
      ...one,
      path: '/robots/:id/logs',
      summary: 'The log of a robot, newest first',
      query: robotLogQuerySchema,
      reply: pageOf(robotLogRowSchema),
      handle: ({ caller, params, query }) => listRobotLogs(context, caller, params.id, query),
    }),
    route({
      ...one,
      path: '/robots/:id/metrics',
      summary: 'Load of a robot over the last day',
      reply: robotSamplesSchema,
      handle: ({ caller, params }) => readSamples(context, caller, params.id),
    }),
  ];
}

import type { RobotServerMessages } from '@casare/shared';
import type { Namespace, Server } from 'socket.io';
import type { Context } from '../context.ts';
import { sql } from '../db/sql.ts';
import { oneAcrossTenants } from '../db/transaction.ts';
import { takeCommands } from '../robots/commands.ts';
import { requireAccess, type SocketAccess, type SocketData } from './socket-auth.ts';

type RobotNamespace = Namespace<Record<string, never>, RobotServerMessages, Record<string, never>, SocketData>;

export const robotAccess: SocketAccess = { auth: 'robot' };

export interface RobotChannel {
  /** From now on sockets that close say nothing about their robots. */
  leave(): void;
  stop(): Promise<void>;
}

const workspaceRoom = (workspaceId: string) => `workspace:${workspaceId}`;
const instanceRoom = (keyId: string, instanceId: string) => `instance:${keyId}:${instanceId}`;
// Many jobs at once are one reason to look.
const wakeGatherMs = 50;

/** The namespace of robots: hints that save them waiting. What counts they hear by REST. */
export function createRobotChannel(context: Context, io: Server): RobotChannel {
  const namespace = io.of('/robots') as RobotNamespace;
  requireAccess(context, namespace as unknown as Namespace, robotAccess);
  const { system } = context.database;
  const toWake = new Set<string>();
  const background = new Set<Promise<unknown>>();
  let wakeTimer: NodeJS.Timeout | undefined;
  let leaving = false;

  function inBackground(work: Promise<unknown>): void {
    const done = work
      .catch((error: unknown) => context.log.warn({ err: error }, 'a robot could not be told'))
      .finally(() => background.delete(done));
    background.add(done);
  }

  namespace.on('connection', (socket) => {
    const { caller, instanceId } = socket.data;
    void socket.join(workspaceRoom(caller.workspaceId));
    if (instanceId === undefined) return;
    const room = instanceRoom(caller.keyId, instanceId);
    void socket.join(room);
    inBackground(noteLink(caller.keyId, instanceId, true));
    socket.on('disconnect', () => {
      if (!leaving && (namespace.adapter.rooms.get(room)?.size ?? 0) === 0)
        inBackground(noteLink(caller.keyId, instanceId, false));
    });
  });

  /** A closed socket says sooner than missing heartbeats that a process has gone: another may take its place. */
  function noteLink(keyId: string, instanceId: string, linked: boolean) {
    return oneAcrossTenants(
      system,
      sql`
        update robots set link_lost_at = case when ${linked}::boolean then null else clock_timestamp() end
        where key_id = ${keyId}::uuid and instance_id::text = lower(${instanceId})`,
    );
  }

  async function roomOf(robotId: string): Promise<{ tenantId: string; room: string } | undefined> {
    const [robot] = await oneAcrossTenants<{ tenant_id: string; key_id: string; instance_id: string }>(
      system,
      sql`select tenant_id, key_id, instance_id from robots where id = ${robotId}::uuid and removed_at is null`,
    );
    if (!robot) return undefined;
    const room = instanceRoom(robot.key_id, robot.instance_id);
    // Only the instance that holds the socket may take commands out of the database.
    return namespace.adapter.rooms.has(room) ? { tenantId: robot.tenant_id, room } : undefined;
  }

  async function sendCancel(robotId: string, jobId: string): Promise<void> {
    const target = await roomOf(robotId);
    if (target) namespace.to(target.room).emit('cancel', jobId);
  }

  async function sendCommands(robotId: string): Promise<void> {
    const target = await roomOf(robotId);
    if (!target) return;
    for (const command of await takeCommands(context, target, robotId))
      namespace.to(target.room).emit('command', command);
  }

  function wakeSoon(workspaceId: string): void {
    if (!namespace.adapter.rooms.has(workspaceRoom(workspaceId))) return;
    toWake.add(workspaceId);
    wakeTimer ??= setTimeout(() => {
      wakeTimer = undefined;
      for (const id of toWake) namespace.to(workspaceRoom(id)).emit('wake');
      toWake.clear();
    }, wakeGatherMs);
  }

  const unsubscribe = context.signals.subscribe((signal) => {
    if (namespace.sockets.size === 0) return;
    if (signal.kind === 'pending') wakeSoon(signal.workspaceId);
    else if (signal.kind === 'cancel') inBackground(sendCancel(signal.robotId, signal.jobId));
    else if (signal.kind === 'command') inBackground(sendCommands(signal.robotId));
  });

  return {
    leave() {
      leaving = true;
    },
    async stop() {
      unsubscribe();
      clearTimeout(wakeTimer);
      await Promise.all(background);
    },
  };
}

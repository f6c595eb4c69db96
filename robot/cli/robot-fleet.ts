import { randomUUID } from 'node:crypto';
import {
  AppError,
  COMMAND_STATES,
  pageOf,
  type Robot,
  robotCommandNameSchema,
  type RobotCommandRecord,
  robotCommandRecordSchema,
  robotSchema,
  sendCommandsReplySchema,
} from '@casare/shared';
import { pause } from '../backoff.ts';
import type { OrchestratorClient } from '../orchestrator-client.ts';
import { type CommandContext, defineCommand, listOption, textOption, wholeNumber } from './define-command.ts';

const POLL_MS = 300;

export const robotList = defineCommand({
  usage: 'robot list',
  summary: 'List the robots of the fleet',
  remote: true,
  async run(ctx) {
    const robots = await allRobots(ctx.orchestrator(), ctx.signal);
    const rows = robots.map((robot) => ({
      id: robot.id,
      name: robot.name,
      state: robot.blocked === null ? robot.state : `${robot.state} (${robot.blocked})`,
      jobs: `${robot.runningJobs}/${robot.maxConcurrentJobs}`,
      version: robot.version,
      heard: robot.lastHeartbeatAt?.slice(0, 19) ?? 'never',
    }));
    ctx.out.result({ items: robots }, ctx.out.table(rows, ['id', 'name', 'state', 'jobs', 'version', 'heard']));
  },
});

export const robotCommand = defineCommand({
  usage: 'robot command <command>',
  summary: 'Send a command to robots of the fleet: pause, resume, drain, stop, restart, screenshot, logs or doctor',
  remote: true,
  options: [
    { flags: '--robot <name>', description: 'name or id; may be repeated', repeat: true },
    { flags: '--all', description: 'to every robot that is not offline' },
    { flags: '--expires <seconds>', description: 'how long a robot that is away may take to come for it' },
    { flags: '--wait <seconds>', description: 'wait so long for what comes of it; exit code 1 when one failed' },
  ],
  async run(ctx, [word = ''], options) {
    const command = robotCommandNameSchema.safeParse(word);
    if (!command.success) throw new AppError('USAGE', `The commands are ${robotCommandNameSchema.options.join(', ')}.`);
    const client = ctx.orchestrator();
    const names = listOption(options, 'robot');
    if ((names.length === 0) === (options['all'] !== true))
      throw new AppError('USAGE', 'Which robots? Give --robot NAME (as often as needed) or --all.');
    const robots = await allRobots(client, ctx.signal);
    const chosen =
      options['all'] === true
        ? robots.filter(({ state }) => state !== 'offline')
        : names.map((name) => find(robots, name));
    if (chosen.length === 0) throw new AppError('NOT_FOUND', 'No robot is there to hear it.');
    const expires = textOption(options, 'expires');
    const { commands } = await client.call('POST', '/robots/commands', sendCommandsReplySchema, {
      body: {
        command: command.data,
        robotIds: [...new Set(chosen.map(({ id }) => id))],
        ...(expires !== undefined && { expiresInSeconds: wholeNumber(expires, '--expires') }),
      },
      idempotencyKey: randomUUID(),
      signal: ctx.signal,
    });
    const wait = textOption(options, 'wait');
    const ended = wait === undefined ? commands : await settled(ctx, client, commands, wholeNumber(wait, '--wait'));
    const rows = ended.map(({ robotName, state, reason, artifactId }) => ({
      robot: robotName,
      state,
      reason,
      artifact: artifactId,
    }));
    ctx.out.result({ commands: ended }, ctx.out.table(rows, ['robot', 'state', 'reason', 'artifact']));
    return wait !== undefined && ended.some(({ state }) => state !== 'done') ? 1 : 0;
  },
});

const OVER: readonly string[] = COMMAND_STATES.slice(2);

async function settled(
  ctx: CommandContext,
  client: OrchestratorClient,
  commands: readonly RobotCommandRecord[],
  seconds: number,
): Promise<RobotCommandRecord[]> {
  const until = performance.now() + seconds * 1000;
  const ids = new Set(commands.map(({ id }) => id));
  for (;;) {
    const page = await client.call('GET', '/robots/commands', pageOf(robotCommandRecordSchema), {
      query: { limit: 500 },
      signal: ctx.signal,
    });
    const now = page.items.filter(({ id }) => ids.has(id));
    if (now.every(({ state }) => OVER.includes(state)) || performance.now() >= until) return now;
    await pause(POLL_MS, ctx.signal);
    ctx.signal.throwIfAborted();
  }
}

function find(robots: readonly Robot[], name: string): Robot {
  const matches = robots.filter((robot) => robot.id === name || robot.name === name);
  if (matches.length > 1)
    throw new AppError(
      'USAGE',
      `${matches.length} robots are named "${name}". Use an id: ${matches.map(({ id }) => id).join(', ')}.`,
    );
  const [found] = matches;
  if (!found) throw new AppError('NOT_FOUND', `There is no robot "${name}". "casare robot list" shows them.`);
  return found;
}

async function allRobots(client: OrchestratorClient, signal: AbortSignal): Promise<Robot[]> {
  const found: Robot[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.call('GET', '/robots', pageOf(robotSchema), { query: { limit: 500, cursor }, signal });
    found.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

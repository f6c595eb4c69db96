import { AppError } from '@casare/shared';
import { pause } from '../backoff.ts';
import { type LocalCommand, sendControl } from '../control-file.ts';
import { runRobot } from '../run-robot.ts';
import { readStatus, type RobotStatus } from '../status-file.ts';
import { startTracing } from '../tracing/start-tracing.ts';
import { type CommandContext, defineCommand, type OptionValues, textOption, wholeNumber } from './define-command.ts';
import { configOf, dataOption, folderOf } from './robot-folder.ts';

export const robotStart = defineCommand({
  usage: 'robot start',
  summary: 'Run a robot in the foreground until Ctrl+C',
  remote: true,
  options: [
    dataOption,
    { flags: '--name <name>', description: 'name in the fleet (default: ROBOT_NAME, else this machine)' },
  ],
  async run(ctx, _args, options) {
    const tracing = await startTracing(ctx.env);
    await runRobot(configOf(ctx, options), ctx.signal, () => ctx.out.note('robot runs; Ctrl+C stops it'));
    await tracing?.stop().catch(() => undefined);
  },
});

export const robotStop = defineCommand({
  usage: 'robot stop',
  summary: 'Stop the robot of this data folder; it finishes or hands back what runs',
  options: [dataOption, { flags: '--wait <seconds>', description: 'how long to wait for it', default: '90' }],
  async run(ctx, _args, options) {
    const folder = folderOf(ctx, options);
    const until = performance.now() + wholeNumber(textOption(options, 'wait') ?? '90', '--wait') * 1000;
    const status = await readStatus(folder);
    if (!status) {
      ctx.out.result({ running: false }, `no robot runs in ${folder}`);
      return;
    }
    process.kill(status.pid, 'SIGTERM');
    while (performance.now() < until && !ctx.signal.aborted) {
      if (!(await readStatus(folder))) {
        ctx.out.result({ running: false, pid: status.pid }, `stopped ${status.name}`);
        return;
      }
      await pause(100, ctx.signal);
    }
    throw new AppError(
      'CONFLICT',
      `The robot ${status.name} (process ${status.pid}) is still finishing its jobs. Ask again with "casare robot status".`,
    );
  },
});

export const robotStatus = defineCommand({
  usage: 'robot status',
  summary: 'Show the robot of this data folder',
  options: [dataOption],
  async run(ctx, _args, options) {
    const folder = folderOf(ctx, options);
    const status = await readStatus(folder);
    if (!status) {
      ctx.out.result({ running: false }, `no robot runs in ${folder}`);
      return;
    }
    const jobs = status.jobs.map(
      (job) => `  ${job.jobId} ${job.workflow}${job.currentNode ? ` at ${job.currentNode}` : ''}`,
    );
    ctx.out.result(
      { running: true, ...status },
      [
        `${status.name}: ${status.state}${status.blocked ? ` (takes nothing: ${status.blocked})` : ''}, process ${status.pid}, ${status.connected ? 'connected' : 'not connected'} to ${status.url}`,
        ...jobs,
      ].join('\n'),
    );
  },
});

const waitOption = { flags: '--wait <seconds>', description: 'how long to wait for it', default: '30' };

export const robotPause = localCommand(
  'pause',
  'Let the robot of this data folder finish what runs and take nothing more',
  ['paused'],
);
export const robotResume = localCommand('resume', 'Let a paused or draining robot take jobs again', ['idle', 'busy']);

export const robotRestart = defineCommand({
  usage: 'robot restart',
  summary: 'Begin the robot of this data folder anew; what runs is handed back after the grace period',
  options: [dataOption, { ...waitOption, default: '90' }],
  async run(ctx, _args, options) {
    const before = await tell(ctx, options, 'restart');
    const after = await until(
      ctx,
      options,
      '90',
      (now) => now !== undefined && now.startedAt !== before.startedAt && now.state !== 'starting',
    );
    ctx.out.result({ running: true, ...after }, `${before.name} began anew`);
  },
});

export const robotDrain = defineCommand({
  usage: 'robot drain',
  summary: 'Let the robot of this data folder finish what runs, take nothing more and end',
  options: [
    dataOption,
    { ...waitOption, default: '3600' },
    { flags: '--no-wait', description: 'do not wait for its end' },
  ],
  async run(ctx, _args, options) {
    const { name } = await tell(ctx, options, 'drain');
    if (options['wait'] === false) {
      ctx.out.result({ running: true, state: 'draining' }, `${name} drains`);
      return;
    }
    await until(ctx, options, '3600', (now) => now === undefined);
    ctx.out.result({ running: false }, `${name} has finished and ended`);
  },
});

function localCommand(command: LocalCommand, summary: string, states: readonly RobotStatus['state'][]) {
  return defineCommand({
    usage: `robot ${command}`,
    summary,
    options: [dataOption, waitOption],
    async run(ctx, _args, options) {
      await tell(ctx, options, command);
      const now = await until(ctx, options, '30', (status) => status !== undefined && states.includes(status.state));
      ctx.out.result({ running: true, ...now }, `${now?.name}: ${now?.state}`);
    },
  });
}

async function tell(ctx: CommandContext, options: OptionValues, command: LocalCommand): Promise<RobotStatus> {
  const folder = folderOf(ctx, options);
  const status = await readStatus(folder);
  if (!status) throw new AppError('NOT_FOUND', `No robot runs in ${folder}. Name its folder with --data.`);
  await sendControl(folder, command);
  return status;
}

/** Looks until the robot has come to what was asked of it. */
async function until(
  ctx: CommandContext,
  options: OptionValues,
  usual: string,
  isThere: (status: RobotStatus | undefined) => boolean,
): Promise<RobotStatus | undefined> {
  const folder = folderOf(ctx, options);
  const last = performance.now() + wholeNumber(textOption(options, 'wait') ?? usual, '--wait') * 1000;
  for (;;) {
    const status = await readStatus(folder);
    if (isThere(status)) return status;
    if (performance.now() >= last || ctx.signal.aborted)
      throw new AppError(
        'CONFLICT',
        `The robot is ${status?.state ?? 'gone'}. It may still come to it; ask with "casare robot status".`,
      );
    await pause(100, ctx.signal);
  }
}

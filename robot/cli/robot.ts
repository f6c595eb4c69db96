import { AppError } from '@casare/shared';
import { pause } from '../backoff.ts';
import { readRobotConfig } from '../config.ts';
import { runRobot } from '../run-robot.ts';
import { readStatus } from '../status-file.ts';
import { type CommandContext, defineCommand, type OptionValues, textOption, wholeNumber } from './define-command.ts';

const dataOption = { flags: '--data <folder>', description: 'data folder of the robot (default: ROBOT_DATA)' };

export const robotStart = defineCommand({
  usage: 'robot start',
  summary: 'Run a robot in the foreground until Ctrl+C',
  remote: true,
  options: [
    dataOption,
    { flags: '--name <name>', description: 'name in the fleet (default: ROBOT_NAME, else this machine)' },
  ],
  async run(ctx, _args, options) {
    await runRobot(configOf(ctx, options), ctx.signal, () => ctx.out.note('robot runs; Ctrl+C stops it'));
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
        `${status.name}: ${status.state}, process ${status.pid}, ${status.connected ? 'connected' : 'not connected'} to ${status.url}`,
        ...jobs,
      ].join('\n'),
    );
  },
});

function configOf(ctx: CommandContext, options: OptionValues) {
  const [url, key, name, data] = ['url', 'key', 'name', 'data'].map((option) => textOption(options, option));
  return readRobotConfig({
    ...ctx.env,
    ...(url !== undefined && { ORCHESTRATOR_URL: url }),
    ...(key !== undefined && { ORCHESTRATOR_API_KEY: key }),
    ...(name !== undefined && { ROBOT_NAME: name }),
    ...(data !== undefined && { ROBOT_DATA: data }),
  });
}

/** The data folder alone: stop and status need neither address nor key. */
function folderOf(ctx: CommandContext, options: OptionValues): string {
  return configOf(
    { ...ctx, env: { ORCHESTRATOR_URL: 'http://127.0.0.1', ORCHESTRATOR_API_KEY: 'none', ...ctx.env } },
    options,
  ).dataFolder;
}

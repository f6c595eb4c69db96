import { readRobotConfig } from '../config.ts';
import { type CommandContext, type OptionValues, textOption } from './define-command.ts';

export const dataOption = { flags: '--data <folder>', description: 'data folder of the robot (default: ROBOT_DATA)' };

/** The settings of a robot, with what the options say instead. */
export function configOf(ctx: Pick<CommandContext, 'env'>, options: OptionValues) {
  const [url, key, name, data] = ['url', 'key', 'name', 'data'].map((option) => textOption(options, option));
  return readRobotConfig({
    ...ctx.env,
    ...(url !== undefined && { ORCHESTRATOR_URL: url }),
    ...(key !== undefined && { ORCHESTRATOR_API_KEY: key, ROBOT_KEY_FILE: '' }),
    ...(name !== undefined && { ROBOT_NAME: name }),
    ...(data !== undefined && { ROBOT_DATA: data }),
  });
}

/** The data folder alone: what happens on this machine needs neither address nor key. */
export function folderOf(ctx: Pick<CommandContext, 'env'>, options: OptionValues): string {
  const env = {
    ...ctx.env,
    ORCHESTRATOR_URL: ctx.env['ORCHESTRATOR_URL'] ?? 'http://127.0.0.1',
    ORCHESTRATOR_API_KEY: 'none',
    ROBOT_KEY_FILE: '',
  };
  return configOf({ env }, options).dataFolder;
}

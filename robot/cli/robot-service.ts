import { AppError } from '@casare/shared';
import { installService, type InstallOptions, planService, UNIT, uninstallService } from '../service-units/install.ts';
import { defineCommand, type OptionValues, textOption } from './define-command.ts';
import { configOf, dataOption } from './robot-folder.ts';

const scopeOptions = [
  { flags: '--user', description: 'a service of your own, in your session, in place of one of the system' },
  { flags: '--prefix <folder>', description: 'put the files below this folder and start nothing (for images)' },
];

export const robotInstall = defineCommand({
  usage: 'robot install-service',
  summary: 'Install the robot as a systemd service, with the settings that are set now',
  options: [
    dataOption,
    ...scopeOptions,
    { flags: '--run-as <user>', description: 'run as this user (default: a user of its own)' },
    { flags: '--no-start', description: 'install it, and start it with the machine only' },
    { flags: '--print', description: 'only show what would be written; the key is not shown' },
  ],
  async run(ctx, _args, options) {
    const config = configOf(ctx, options);
    const wanted = optionsOf(options);
    const files = planService(config, ctx.env, wanted);
    const shown = files.environment.replace(/^(ORCHESTRATOR_API_KEY=).*$/m, '$1••••');
    if (options['print'] === true) {
      ctx.out.result(
        { ...files, environment: shown },
        `# ${files.unitPath}\n${files.unit}\n# ${files.environmentPath} (mode 0600)\n${shown}`,
      );
      return;
    }
    await installService(files, wanted);
    const { unitPath, environmentPath } = files;
    ctx.out.result(
      { unit: UNIT, unitPath, environmentPath },
      `installed ${unitPath}\nsettings and key in ${environmentPath}, readable by their owner alone`,
    );
  },
});

export const robotUninstall = defineCommand({
  usage: 'robot uninstall-service',
  summary: 'Stop the systemd service and remove its files; the data folder stays',
  options: scopeOptions,
  async run(ctx, _args, options) {
    const removed = await uninstallService(optionsOf(options));
    ctx.out.result({ removed }, removed.map((path) => `removed ${path}`).join('\n'));
  },
});

function optionsOf(options: OptionValues): InstallOptions {
  const [prefix, runAs, dataFolder] = ['prefix', 'runAs', 'data'].map((name) => textOption(options, name));
  const scope = options['user'] === true ? 'user' : 'system';
  if (scope === 'user' && runAs !== undefined)
    throw new AppError('USAGE', 'A service of your own runs as you: leave --run-as out, or leave --user out.');
  return {
    scope,
    start: options['start'] !== false,
    ...(prefix !== undefined && { prefix }),
    ...(runAs !== undefined && { runAs }),
    ...(dataFolder !== undefined && { dataFolder }),
  };
}

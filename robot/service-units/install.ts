import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AppError } from '@casare/shared';
import type { RobotConfig } from '../config.ts';
import { environmentText } from './environment-file.ts';
import { unitText } from './unit.ts';

export const UNIT = 'casare-robot.service';

export interface InstallOptions {
  scope: 'system' | 'user';
  runAs?: string;
  /** Put the files below this folder and start nothing: for images. */
  prefix?: string;
  /** Given by a person rather than the default. */
  dataFolder?: string;
  start: boolean;
}

export interface ServiceFiles {
  unitPath: string;
  unit: string;
  environmentPath: string;
  environment: string;
}

function servicePaths({ scope, prefix = '' }: Pick<InstallOptions, 'scope' | 'prefix'>) {
  const [units, settings] =
    scope === 'system'
      ? ['/etc/systemd/system', '/etc/casare']
      : [join(homedir(), '.config', 'systemd', 'user'), join(homedir(), '.config', 'casare')];
  return { unitPath: join(prefix, units, UNIT), environmentPath: join(settings, 'robot.env') };
}

/** What would be written where. */
export function planService(
  config: Pick<RobotConfig, 'key' | 'graceMs'>,
  env: Readonly<Record<string, string | undefined>>,
  options: InstallOptions,
): ServiceFiles {
  const { unitPath, environmentPath } = servicePaths(options);
  const unit = unitText({
    scope: options.scope,
    program: [process.execPath, fileURLToPath(new URL('../main.ts', import.meta.url))],
    environmentFile: environmentPath,
    ...(options.runAs !== undefined && { runAs: options.runAs }),
    ...(options.dataFolder !== undefined && { dataFolder: options.dataFolder }),
    graceSeconds: config.graceMs / 1000,
  });
  return {
    unitPath,
    unit,
    environmentPath: join(options.prefix ?? '', environmentPath),
    environment: environmentText(env, config.key),
  };
}

export async function installService(files: ServiceFiles, { scope, prefix, start }: InstallOptions): Promise<void> {
  requireSystemd();
  try {
    mkdirSync(dirname(files.environmentPath), { recursive: true, mode: 0o700 });
    // Made with its rights, and given them when it was there before: the key never stands in a file that others may read.
    writeFileSync(files.environmentPath, '', { mode: 0o600 });
    chmodSync(files.environmentPath, 0o600);
    writeFileSync(files.environmentPath, files.environment, { mode: 0o600 });
    mkdirSync(dirname(files.unitPath), { recursive: true });
    writeFileSync(files.unitPath, files.unit, { mode: 0o644 });
  } catch (cause) {
    throw new AppError(
      'FORBIDDEN',
      `${(cause as NodeJS.ErrnoException).path ?? files.unitPath} cannot be written. Run this as root, or add --user for a service of your own.`,
      { cause },
    );
  }
  if (prefix !== undefined) return;
  await systemctl(scope, ['daemon-reload']);
  await systemctl(scope, start ? ['enable', '--now', UNIT] : ['enable', UNIT]);
}

/** The data folder stays: it may hold what was not sent yet. */
export async function uninstallService(options: Pick<InstallOptions, 'scope' | 'prefix'>): Promise<string[]> {
  requireSystemd();
  const { unitPath, environmentPath } = servicePaths(options);
  const settings = join(options.prefix ?? '', environmentPath);
  if (options.prefix === undefined) await systemctl(options.scope, ['disable', '--now', UNIT]).catch(ignoreMissing);
  for (const path of [unitPath, settings]) rmSync(path, { force: true });
  if (options.prefix === undefined) await systemctl(options.scope, ['daemon-reload']);
  return [unitPath, settings];
}

function requireSystemd(): void {
  if (process.platform === 'linux') return;
  throw new AppError(
    'CONFLICT',
    'Services are installed here with systemd only. On other systems let your service manager start robot/main.ts with the settings as variables.',
  );
}

async function systemctl(scope: InstallOptions['scope'], args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)('systemctl', [...(scope === 'user' ? ['--user'] : []), ...args], { timeout: 120_000 });
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim().split('\n').at(-1) ?? (cause as Error).message;
    throw new AppError('COMMAND_FAILED', `systemctl ${args.join(' ')} failed: ${said}`, { cause });
  }
}

function ignoreMissing(error: unknown): void {
  if (!/not loaded|does not exist|No such file/i.test((error as Error).message)) throw error;
}

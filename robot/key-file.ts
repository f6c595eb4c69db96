import { readFileSync, statSync } from 'node:fs';
import { AppError } from '@casare/shared';

/** The key in a file that nobody else may read; anything looser is refused rather than used. */
export function readKeyFile(path: string): string {
  const fault = findKeyFileFault(path);
  if (fault !== undefined) throw new AppError('CONFIG_INVALID', fault);
  const text = readFileSync(path, 'utf8').trim();
  // A file of variables, as systemd reads it, or the key alone.
  const key = /^ORCHESTRATOR_API_KEY=(.*)$/m.exec(text)?.[1]?.trim() ?? text;
  if (key === '' || /\s/.test(key))
    throw new AppError(
      'CONFIG_INVALID',
      `The file "${path}" holds no key. Write the robot key into it, and nothing else.`,
    );
  return key;
}

/** What is wrong with a file for a key; undefined when nothing is. On Windows its access list is the installer's business. */
export function findKeyFileFault(path: string): string | undefined {
  let mode: number;
  let owner: number;
  try {
    const found = statSync(path);
    if (!found.isFile()) return `"${path}" is no file.`;
    [mode, owner] = [found.mode, found.uid];
  } catch {
    return `The key file "${path}" cannot be read. Create it, readable by the user of the robot alone.`;
  }
  if (process.platform === 'win32') return undefined;
  if ((mode & 0o077) !== 0)
    return `Others may read the key file "${path}" (mode ${(mode & 0o777).toString(8)}). Run: chmod 600 "${path}", and make a new key if somebody may have seen it.`;
  const me = process.getuid?.();
  if (me !== undefined && owner !== me && owner !== 0)
    return `The key file "${path}" belongs to somebody else. Run: chown it to the user of the robot.`;
  return undefined;
}

import { AppError } from '@casare/shared';
import path from 'node:path';

const deviceNames =
  /^(con|prn|aux|nul|conin\$|conout\$|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3]) *(\..*)?$/i;

/**
 * Refuses paths that mean something else than they look like: a NUL byte everywhere, and on Windows device names, alternate
 * data streams, device namespaces and trailing dots or spaces, which Windows drops silently.
 */
export function checkSpelling(given: string, platform: NodeJS.Platform = process.platform): void {
  const fault = findFault(given, platform);
  if (fault) {
    throw new AppError(
      'FILE_ACCESS',
      `The path "${given.replaceAll('\0', '\\0').slice(0, 200)}" ${fault}. Choose another path.`,
      {
        details: { path: given.slice(0, 1000) },
      },
    );
  }
}

function findFault(given: string, platform: NodeJS.Platform): string | undefined {
  if (given.trim() === '') return 'is empty';
  if (given.includes('\0')) return 'holds a NUL character';
  if (given.length > 4096) return 'is longer than 4,096 characters';
  if (platform !== 'win32') return undefined;
  if (/^[\\/]{2}[.?][\\/]/.test(given) || given.startsWith('\\??\\')) return 'names a device';
  if (/^[a-z]:(?![\\/])/i.test(given)) return 'depends on the current folder of a drive';
  const rest = given.replace(/^[a-z]:/i, '');
  if (rest.includes(':')) return 'names a hidden data stream (":")';
  if (/[<>"|?*\u0001-\u001f]/.test(rest)) return 'holds characters that Windows does not allow';
  const parts = rest.split(/[\\/]+/);
  if (parts.some((part) => deviceNames.test(part.replace(/[. ]+$/, '')))) return 'names a device of Windows';
  if (parts.some((part) => part !== '.' && part !== '..' && /[. ]$/.test(part)))
    return 'has a part that ends in a dot or a space';
  return undefined;
}

/** Whether `inner` is `root` itself or stands in it; both absolute. */
export function isInside(
  root: string,
  inner: string,
  { relative, isAbsolute, sep } = path as path.PlatformPath,
): boolean {
  const way = relative(root, inner);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

import { createHash } from 'node:crypto';
import { type FSWatcher, watch } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { WatchedOccurrence, WatchOutlet } from '@casare/engine';
import { asAppError, AppError, type fileSettingsSchema } from '@casare/shared';
import type { z } from 'zod';
import { createPattern } from './file-pattern.ts';

export interface FileWatch {
  readonly settings: z.output<typeof fileSettingsSchema>;
  /** What was there before does not count. */
  readonly since: Date;
}

interface Seen {
  readonly size: number;
  readonly modifiedMs: number;
  /** When it was first seen in this state. */
  readonly at: number;
  /** It was there before the watch, or was told. */
  known: boolean;
}

const maxFiles = 100_000;
const batchSize = 100;

/**
 * Tells new files of a folder, and changed ones where that is wanted, once they have stopped growing. Every look reads the whole folder; what the
 * system says about changes only brings the next look forward, because on some file systems it says nothing.
 */
export async function watchFiles(
  { settings, since }: FileWatch,
  outlet: WatchOutlet,
  signal: AbortSignal,
): Promise<void> {
  const { folder, stableMs, everySeconds, changed, recursive } = settings;
  const fits = createPattern(settings.pattern);
  let seen = new Map<string, Seen>();
  let isFirst = true;
  let hint = new AbortController();
  const hints = hintsOf(folder, recursive, () => hint.abort());
  try {
    while (!signal.aborted) {
      let settling = false;
      try {
        const now = performance.now();
        const found = await listFiles(folder, recursive, fits, signal);
        const next = new Map<string, Seen>();
        const ready: string[] = [];
        for (const [path, { size, modifiedMs, changedMs }] of found) {
          const before = seen.get(path);
          const isSame = before?.size === size && before.modifiedMs === modifiedMs;
          // At the first look the times of the file decide; later what was there at the look before.
          const isOld = isFirst ? changedMs <= since.getTime() : before?.known === true && (isSame || !changed);
          const entry = { size, modifiedMs, at: isSame ? before.at : now, known: isOld };
          next.set(path, entry);
          if (isOld) continue;
          // By the clock of this process: the times of a file may be those of another machine.
          if (now - entry.at >= stableMs) ready.push(path);
          else settling = true;
        }
        seen = next;
        isFirst = false;
        outlet.fine();
        for (let at = 0; at < ready.length; at += batchSize) {
          const batch = ready.slice(at, at + batchSize);
          await outlet.report(batch.map((path) => occurrenceOf(folder, path, seen.get(path))));
          for (const path of batch) {
            const entry = seen.get(path);
            if (entry) entry.known = true;
          }
        }
      } catch (error) {
        if (signal.aborted) return;
        outlet.failed(folderFault(error, folder));
      }
      hint = new AbortController();
      const pauseMs = settling ? Math.min(stableMs / 2, everySeconds * 1000) : everySeconds * 1000;
      await delay(Math.max(50, pauseMs), undefined, {
        signal: AbortSignal.any([signal, ...(settling ? [] : [hint.signal])]),
      }).catch(() => undefined);
      // Many changes come at once: they are one look.
      if (hint.signal.aborted) await delay(50, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    hints?.close();
  }
}

function occurrenceOf(folder: string, path: string, entry: Seen | undefined): WatchedOccurrence {
  const { size = 0, modifiedMs = 0 } = entry ?? {};
  const name = path.slice(path.lastIndexOf('/') + 1);
  const key = createHash('sha256').update(`${folder}\n${path}\n${size}\n${modifiedMs}`).digest('hex');
  return {
    messageId: `file:${key}`,
    payload: {
      path: join(folder, ...path.split('/')),
      name,
      folder,
      relativePath: path,
      size,
      modifiedAt: new Date(modifiedMs).toISOString(),
    },
  };
}

/** Only hints: what cannot be watched is looked at from time to time. */
function hintsOf(folder: string, recursive: boolean, tell: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { recursive, persistent: false }, tell);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}

interface FoundFile {
  readonly size: number;
  readonly modifiedMs: number;
  /** The latest of all its times: a file that was moved here keeps the time of its content. */
  readonly changedMs: number;
}

/** Files by their path within the folder, with forward slashes. Links are not followed: they could lead anywhere. */
async function listFiles(
  folder: string,
  recursive: boolean,
  fits: (path: string) => boolean,
  signal: AbortSignal,
): Promise<Map<string, FoundFile>> {
  const found = new Map<string, FoundFile>();
  const entries = await readdir(folder, { withFileTypes: true, recursive });
  for (const entry of entries) {
    signal.throwIfAborted();
    if (!entry.isFile()) continue;
    const whole = join(entry.parentPath, entry.name);
    const path = relative(folder, whole).split(sep).join('/');
    if (!fits(path)) continue;
    // Gone since the folder was read.
    const info = await stat(whole).catch(() => undefined);
    if (!info?.isFile()) continue;
    if (found.size >= maxFiles)
      throw new AppError(
        'FILE_ACCESS',
        `"${folder}" has more than ${maxFiles} files that fit. Move what is done with elsewhere, or narrow the pattern.`,
      );
    const changedMs = Math.max(info.mtimeMs, info.ctimeMs, info.birthtimeMs);
    found.set(path, { size: info.size, modifiedMs: Math.floor(info.mtimeMs), changedMs });
  }
  return found;
}

function folderFault(error: unknown, folder: string): AppError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new AppError(
      'FILE_NOT_FOUND',
      `The folder "${folder}" is not on this machine. Make it, or correct the path.`,
    );
  if (code === 'EACCES' || code === 'EPERM')
    return new AppError('FILE_ACCESS', `The robot may not read "${folder}". Give its user the right to.`);
  return asAppError(error);
}

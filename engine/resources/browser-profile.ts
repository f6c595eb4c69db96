import { AppError } from '@casare/shared';
import { readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, BrowserContextOptions, BrowserType, LaunchOptions } from 'playwright-core';

/** A browser with a profile that stays. Two browsers in one folder would destroy it, so a folder in use is refused. */
export async function openProfile(
  type: BrowserType,
  options: LaunchOptions,
  profile: { folder: string; context: BrowserContextOptions },
): Promise<BrowserContext> {
  if (await isInUse(profile.folder)) throw inUse(profile.folder);
  try {
    return await type.launchPersistentContext(profile.folder, { ...options, ...profile.context });
  } catch (error) {
    // Chromium hands over to the browser that has the folder and ends; Firefox says so in its own words.
    const text = error instanceof Error ? error.message : '';
    if (/existing browser session|already running|profile (appears to be )?in use|ProcessSingleton/i.test(text)) {
      throw inUse(profile.folder, error);
    }
    throw error;
  }
}

/** Chromium leaves a link `<host>-<pid>` in the folder while it runs, and after a crash too. */
async function isInUse(folder: string): Promise<boolean> {
  const owner = await readlink(join(folder, 'SingletonLock')).catch(() => undefined);
  const split = owner?.lastIndexOf('-') ?? -1;
  if (owner === undefined || split === -1) return false;
  if (owner.slice(0, split) !== hostname()) return true;
  try {
    process.kill(Number(owner.slice(split + 1)), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function inUse(folder: string, cause?: unknown): AppError {
  return new AppError(
    'ALREADY_RUNNING',
    `The profile folder "${folder}" is used by another browser. Close that one, or choose another folder.`,
    { retryable: true, details: { folder }, cause },
  );
}

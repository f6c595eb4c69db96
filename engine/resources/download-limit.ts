import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LogLevel } from '@casare/shared';
import type { BrowserContext, Download, Page } from 'playwright-core';

const LOOK_MS = 500;

/** Breaks downloads off once the files that wait to be saved are larger together than they may be: one that never ends fills the disk. */
export function limitDownloads(
  context: BrowserContext,
  folder: string | undefined,
  maxBytes: number,
  log: (level: LogLevel, message: string) => void,
): void {
  if (folder === undefined) return;
  const running = new Set<Download>();
  let timer: NodeJS.Timeout | undefined;

  async function look(within: string): Promise<void> {
    const bytes = await sizeOf(within);
    if (bytes > maxBytes && running.size > 0) {
      log('warn', `Downloads were broken off: more than ${maxBytes} bytes are waiting to be saved.`);
      await Promise.all([...running].map((download) => download.cancel().catch(() => undefined)));
    }
    timer = running.size > 0 ? setTimeout(() => void look(within), LOOK_MS).unref() : undefined;
  }

  const watch = (page: Page) =>
    page.on('download', (download) => {
      running.add(download);
      timer ??= setTimeout(() => void look(folder), LOOK_MS).unref();
      const over = () => void running.delete(download);
      download.failure().then(over, over);
    });
  for (const page of context.pages()) watch(page);
  context.on('page', watch);
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(names.map((name) => stat(join(folder, name)).catch(() => undefined)));
  return sizes.reduce((sum, info) => sum + (info?.size ?? 0), 0);
}

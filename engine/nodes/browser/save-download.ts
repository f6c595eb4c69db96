import { AppError } from '@casare/shared';
import type { Download } from 'playwright-core';
import type { BrowserStep } from './define-browser-node.ts';
import { withinTime } from './time-limit.ts';

export interface SaveAs {
  /** Empty: the suggested name; with `/` at the end: that name in this folder. */
  path?: string | undefined;
  overwrite: boolean;
}

export interface SavedDownload {
  path: string;
  fileName: string;
  bytes: number;
  url: string;
}

const TELL_EVERY_MS = 250;

/** Saves what a page hands out, telling how far it is; a download that is not saved is broken off. */
export async function saveDownload(download: Download, as: SaveAs, step: BrowserStep): Promise<SavedDownload> {
  const fileName = safeName(download.suggestedFilename());
  const wanted = as.path === undefined || as.path === '' ? fileName : as.path;
  const path = /[\\/]$/.test(wanted) ? wanted + fileName : wanted;
  try {
    // The browser hands the content out when it has all of it: this wait is the download itself.
    const saving = withTicks(step, fileName, async () => {
      const content = await download.createReadStream();
      return await step.ctx.files.write(path, content, { overwrite: as.overwrite, signal: step.wait.signal });
    });
    const written = await withinTime(saving, step.wait.timeout, `The download of "${fileName}"`);
    step.ctx.progress(1, `${fileName}: ${written.size} bytes`);
    return { path: written.path, fileName, bytes: written.size, url: download.url() };
  } catch (error) {
    void download.cancel().catch(() => undefined);
    if (error instanceof AppError) throw error;
    throw new AppError('NODE_FAILED', `The download of "${fileName}" was broken off.`, {
      retryable: true,
      details: { url: download.url() },
      cause: error,
    });
  }
}

/** How much is still to come the browser does not say; that it goes on, and for how long, people can see. */
async function withTicks<T>(step: BrowserStep, fileName: string, work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - begun) / 100) / 10;
    step.ctx.progress(0, `Downloading ${fileName}, ${seconds} s`);
  }, TELL_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** The site chooses this name: nothing of it may lead to another folder or a device. */
function safeName(suggested: string): string {
  const name = suggested
    .replaceAll(/[\\/:*?"<>|\p{Cc}]/gu, '_')
    .replace(/^\.+/, '')
    .replace(/[. ]+$/, '')
    .slice(0, 200);
  return name === '' || /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name) ? `download-${name}` : name;
}

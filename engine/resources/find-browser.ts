import { accessSync, constants, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';

export interface FoundBrowser {
  readonly executablePath: string;
  readonly source: 'CASARE_BROWSER' | 'playwright' | 'machine';
}

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];

const macApplications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];

const windowsPrograms = [
  ['Google', 'Chrome', 'Application', 'chrome.exe'],
  ['Chromium', 'Application', 'chrome.exe'],
  ['Microsoft', 'Edge', 'Application', 'msedge.exe'],
];

/**
 * The Chromium, Chrome or Edge of this machine: the one CASARE_BROWSER names, else the one Playwright downloaded,
 * else what PATH or the usual folders hold. When CASARE_BROWSER names something that cannot be run nothing is found:
 * another browser than the one asked for would hide the mistake.
 */
// oxlint-disable-next-line node/no-process-env -- PATH and the program folders are facts of the machine, no settings of ours.
export function findBrowser(env: NodeJS.ProcessEnv = process.env): FoundBrowser | undefined {
  const chosen = env['CASARE_BROWSER'];
  if (chosen) return canRun(chosen) ? { executablePath: chosen, source: 'CASARE_BROWSER' } : undefined;
  const own = playwrightBrowser();
  if (own) return { executablePath: own, source: 'playwright' };
  const executablePath = machineBrowsers(env).find(canRun);
  return executablePath ? { executablePath, source: 'machine' } : undefined;
}

/** Engines that can really be started on this machine. */
export function findEngines(): string[] {
  const playwright = createRequire(import.meta.url)('playwright-core') as typeof import('playwright-core');
  const others = (['firefox', 'webkit'] as const).filter((engine) => canRun(playwright[engine].executablePath()));
  return [...(findBrowser() ? ['chromium'] : []), ...others];
}

/** Playwright alone knows the folder of its build; it is loaded here, when asked, because that costs 0.2 s. */
function playwrightBrowser(): string | undefined {
  const { chromium } = createRequire(import.meta.url)('playwright-core') as typeof import('playwright-core');
  const path = chromium.executablePath();
  return path && canRun(path) ? path : undefined;
}

function machineBrowsers(env: NodeJS.ProcessEnv): string[] {
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter(Boolean);
  if (process.platform === 'win32') {
    const roots = [env['ProgramFiles'], env['ProgramFiles(x86)'], env['LOCALAPPDATA']].filter(
      (folder) => folder !== undefined,
    );
    return windowsPrograms.flatMap((parts) => roots.map((folder) => join(folder, ...parts)));
  }
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return process.platform === 'darwin' ? [...macApplications, ...onPath] : onPath;
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

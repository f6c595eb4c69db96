import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { binOf, runTool } from './run-tool.ts';

/** Where to look, and what to say where nothing was found. */
const OVERRIDE = 'ELECTRON_OVERRIDE_DIST_PATH';

/**
 * The Electron program: the one in the folder that ELECTRON_OVERRIDE_DIST_PATH names, else the one its package fetched, fetched now if it was
 * not. Throws with an instruction when there is none.
 */
export async function findElectron(env: NodeJS.ProcessEnv): Promise<string> {
  const chosen = env[OVERRIDE];
  if (chosen) {
    const path = join(chosen, programName());
    if (existsSync(path)) return path;
    throw new Error(`${OVERRIDE} is "${chosen}", which holds no ${programName()}. Correct or unset it.\n${otherWay}`);
  }
  const installed = installedElectron();
  if (installed) return installed;
  console.log('Fetching the Electron program (once; about 120 MB) …');
  const { output } = await runTool(binOf('electron', 'install.js'), [], { env });
  const fetched = installedElectron();
  if (fetched) return fetched;
  throw new Error(
    `Electron could not be fetched: ${output.trim().split('\n').at(-1) ?? ''}\n` +
      `Check the connection and any proxy (ELECTRON_MIRROR names another source), or unpack the Electron zip yourself and set ${OVERRIDE} to its folder.\n${otherWay}`,
  );
}

const otherWay = 'The studio also runs in a browser, without Electron: npm start';

function installedElectron(): string | undefined {
  const folder = binOf('electron', '');
  const note = join(folder, 'path.txt');
  if (!existsSync(note)) return undefined;
  const path = join(folder, 'dist', readFileSync(note, 'utf8').trim());
  return existsSync(path) ? path : undefined;
}

function programName(): string {
  if (process.platform === 'win32') return 'electron.exe';
  return process.platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron';
}

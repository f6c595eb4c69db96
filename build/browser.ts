import { existsSync } from 'node:fs';
import { findBrowser } from '../engine/resources/find-browser.ts';
import { binOf, runTool } from './run-tool.ts';
import { installDebianPackages } from './system-packages.ts';

/** The path of a Chromium, installed now if this machine has none. Throws with an instruction when that fails too. */
export async function ensureBrowser(): Promise<string> {
  const found = findBrowser();
  if (found) return found.executablePath;
  const chosen = process.env['CASARE_BROWSER'];
  if (chosen) throw new Error(`CASARE_BROWSER is "${chosen}", which cannot be run. Correct or unset it.`);
  console.log('No Chromium, Chrome or Edge was found: installing one …');
  const isDebianRoot = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (isDebianRoot) await installDebianPackages(['chromium']);
  else await runTool(binOf('@playwright/test', 'cli.js'), ['install', 'chromium'], { show: true });
  const installed = findBrowser();
  if (installed) return installed.executablePath;
  throw new Error(
    'A browser is needed and could not be installed. Install Chromium, Chrome or Edge, or set CASARE_BROWSER to the program, then run the command again.',
  );
}

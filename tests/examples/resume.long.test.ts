import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Sites, startSites } from '../../examples/serve-sites.ts';
import { compileCache } from '../support/compile-cache.ts';
import { prepareTempFolders } from '../support/temp.ts';

const makeTempFolder = prepareTempFolders('resume');
const program = join(import.meta.dirname, '../support/run-example.ts');
let sites: Sites;

beforeEach(async () => {
  sites = await startSites();
});
afterEach(() => sites.stop());

async function runProgram(...args: string[]): Promise<unknown> {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...compileCache },
  });
  const [output, [, signal]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return signal ?? JSON.parse(output);
}

async function registered(): Promise<string[]> {
  const answer = await fetch(`${sites.url}/form/registrations`);
  const { registrations } = (await answer.json()) as { registrations: { name: string }[] };
  return registrations.map((entry) => entry.name);
}

// Two runs with a browser of their own each: more than the usual time on a busy machine.
describe('form-entry, killed in its fourth row', { timeout: 90_000 }, () => {
  test('after the form was filled in: goes on in the filled form, nobody is left out or registered twice', async () => {
    const folder = await makeTempFolder();
    expect(await runProgram('form-entry', sites.url, folder, 'node.finished', 'each[3]/fill')).toBe('SIGKILL');
    expect(await registered()).toHaveLength(3);
    expect(await runProgram('form-entry', sites.url, folder)).toMatchObject({ status: 'completed' });
    const names = await registered();
    expect(names).toHaveLength(10);
    expect(new Set(names).size).toBe(10);
  });

  test('at the click: asks a person, and does not click again', async () => {
    const folder = await makeTempFolder();
    expect(await runProgram('form-entry', sites.url, folder, 'node.started', 'each[3]/submit')).toBe('SIGKILL');
    const before = await registered();
    const resumed = await runProgram('form-entry', sites.url, folder);
    expect(resumed).toMatchObject({ status: 'parked', code: 'STEP_IN_DOUBT' });
    expect(await registered()).toEqual(before);
  });
});

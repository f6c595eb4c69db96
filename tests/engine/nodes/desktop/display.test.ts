import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { hasDesktop } from '@casare/engine';
import { expect, test } from 'vitest';
import { prepareTempFolders } from '../../../support/temp.ts';
import { waitFor } from '../../../support/wait-for.ts';

const makeFolder = prepareTempFolders('display');

/** An entry of an .Xauthority file: family, address, display, name of the rule, cookie. */
function entry(family: number, display: string, cookie: Buffer): Buffer {
  const part = (bytes: Buffer) => Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
  const texts = ['', display, 'MIT-MAGIC-COOKIE-1'].map((text) => part(Buffer.from(text)));
  return Buffer.concat([Buffer.from([family >> 8, family & 255]), ...texts, part(cookie)]);
}

test('a display that wants a cookie lets in who has it', { timeout: 60_000 }, async () => {
  const folder = await makeFolder();
  const cookie = Buffer.from('0123456789abcdef0123456789abcdef', 'hex');
  const [good, bad] = [join(folder, 'good'), join(folder, 'bad')];
  await writeFile(good, Buffer.concat([entry(65_535, '99999', Buffer.alloc(16)), entry(65_535, '', cookie)]));
  await writeFile(bad, entry(65_535, '', Buffer.alloc(16, 1)));
  const server = spawn('Xvfb', ['-displayfd', '3', '-auth', good, '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const ended = once(server, 'exit');
  let number = '';
  (server.stdio[3] as Readable).on('data', (chunk: Buffer) => {
    number += chunk.toString('latin1');
  });
  try {
    await waitFor(() => number.endsWith('\n'), { until: 'the X server names its display', timeoutMs: 30_000 });
    const DISPLAY = `:${number.trim()}`;
    expect(await hasDesktop({ DISPLAY, XAUTHORITY: good })).toBe(true);
    expect(await hasDesktop({ DISPLAY, XAUTHORITY: bad })).toBe(false);
    expect(await hasDesktop({ DISPLAY, XAUTHORITY: join(folder, 'none') })).toBe(false);
  } finally {
    server.kill('SIGKILL');
    await ended;
  }
});

test('without a display there is no desktop', async () => {
  expect(await hasDesktop({ DISPLAY: '' })).toBe(false);
});

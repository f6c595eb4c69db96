import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { waitFor } from '../../../support/wait-for.ts';
import { openNodeBench } from '../run-one.ts';
import { startScreen } from './screen.ts';

// The driver for Windows and macOS, as far as it works on X11: it knows no titles of windows there.
const screen = await startScreen();
const { environment } = screen;
const bench = await openNodeBench({ desktop: { environment, driver: 'nut' } });
const none = await openNodeBench({ desktop: { environment: { DISPLAY: '' }, driver: 'nut' } });
const patience = 60_000;

test('the other driver moves, clicks, types, copies and sees', { timeout: patience }, async () => {
  screen.start(
    'xterm',
    '-T',
    'Terminal',
    '-bg',
    '#0000c0',
    '-geometry',
    '60x12+40+60',
    '-e',
    `cat > '${bench.folder}/typed.txt'`,
  );
  const isShown = () => screen.ask('wmctrl', '-l').then((said) => said.includes('Terminal'));
  await waitFor(isShown, { until: 'the terminal is there', timeoutMs: 20_000 });

  await bench.run('desktop.mouse', { x: 200, y: 150, durationMs: 50 });
  expect(await screen.ask('xdotool', 'getmouselocation')).toMatch(/^x:200 y:150 /);
  await bench.run('desktop.type', { text: 'Hello 42', pressEnter: true });
  await bench.run('desktop.keys', { keys: 'a Backspace b Shift+c Enter Control+d' });
  const typed = () => readFile(join(bench.folder, 'typed.txt'), 'utf8');
  await waitFor(async () => (await typed()) === 'Hello 42\nbC\n', { until: 'all was typed', timeoutMs: 20_000 });

  await bench.run('desktop.clipboard', { action: 'write', text: 'Grüße' });
  expect((await bench.run('desktop.clipboard', { action: 'read' })).output.text).toBe('Grüße');
  await bench.run('desktop.screenshot', { path: 'screen.png' });
  const { width, height } = await sharp(join(bench.folder, 'screen.png')).metadata();
  expect([width, height]).toEqual([1000, 700]);
});

test('the other driver says so where there is no desktop', { timeout: patience }, async () => {
  expect((await none.fail('desktop.mouse', { action: 'position' })).code).toBe('DESKTOP_MISSING');
  await none.resources.close();
});

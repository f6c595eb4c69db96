import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { openNodeBench } from '../run-one.ts';
import { startScreen } from './screen.ts';

const screen = await startScreen();
const bench = await openNodeBench({ desktop: { environment: screen.environment } });
const patience = 60_000;
const wait = { timeoutMs: 20_000 };

/** A dialog, and what it prints when it has been answered. */
function ask(...args: string[]): Promise<{ code: number; said: string }> {
  return answerOf(screen.start('zenity', ...args));
}

async function answerOf(dialog: ChildProcess): Promise<{ code: number; said: string }> {
  let said = '';
  (dialog.stdout as Readable).on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  const [code] = (await once(dialog, 'close')) as [number];
  return { code, said: said.trim() };
}

const question = (title: string) =>
  ask(
    '--question',
    '--title',
    title,
    '--text',
    'Send the report?',
    '--ok-label',
    'Send now',
    '--cancel-label',
    'Later',
  );

test('a form is filled in and sent', { timeout: patience }, async () => {
  const answered = ask('--entry', '--title', 'Customer', '--text', 'Name of the customer', '--entry-text', 'old name');
  await bench.run('desktop.window', { action: 'waitUntilThere', window: 'Customer', ...wait });
  const typed = await bench.run('desktop.type', {
    text: 'Jörg & Søn',
    window: 'Customer',
    clearFirst: true,
    pressEnter: true,
  });
  expect(typed.output).toEqual({ characters: 10, window: 'Customer' });
  expect(await answered).toEqual({ code: 0, said: 'Jörg & Søn' });
  const gone = await bench.run('desktop.window', { action: 'waitUntilGone', window: 'Customer', ...wait });
  expect(gone.output.state).toBe('gone');
});

test('a button is found by its text and clicked', { timeout: patience }, async () => {
  const answered = question('By text');
  const clicked = await bench.run('desktop.mouse', { at: 'text', text: 'Send now', window: 'By text', ...wait });
  expect(clicked.output.text).toBe('Send now');
  expect(await answered).toEqual({ code: 0, said: '' });
});

test('a button is found by its picture, wherever the window stands', { timeout: patience }, async () => {
  const first = question('To cut out');
  const found = await bench.run('desktop.findText', { text: 'Later', window: 'To cut out', ...wait });
  const { x, y, width, height } = found.output.place;
  const region = { x: x - 6, y: y - 6, width: width + 12, height: height + 12 };
  await bench.run('desktop.mouse', { action: 'move', x: 0, y: 0 });
  const saved = await bench.run('desktop.screenshot', { path: 'later.png', region });
  expect(saved.output).toMatchObject({ width: width + 12, height: height + 12 });
  await bench.run('desktop.keys', { keys: 'Escape', window: 'To cut out' });
  await first;

  const second = question('By picture');
  const moved = await bench.run('desktop.window', { action: 'move', window: 'By picture', x: 37, y: 91, ...wait });
  expect(moved.output.bounds).toMatchObject({ x: 37, y: 91 });
  const seen = await bench.run('desktop.findImage', { image: 'later.png', ...wait });
  expect(seen.output).toMatchObject({ found: true, count: 1 });
  const clicked = await bench.run('desktop.mouse', { at: 'image', image: 'later.png', durationMs: 100 });
  expect(clicked.output.score).toBeGreaterThan(0.9);
  expect(clicked.output).toMatchObject(seen.output.place.middle);
  expect((await second).code).toBe(1);
  const gone = await bench.run('desktop.findImage', { image: 'later.png', until: 'gone', ...wait });
  expect(gone.output).toEqual({ found: false, place: null, places: [], count: 0 });
});

test('what is not there fails and names what is', { timeout: patience }, async () => {
  const answered = question('Only this one');
  await bench.run('desktop.window', { action: 'waitUntilThere', window: 'only THIS', ...wait });
  const noWindow = await bench.fail('desktop.type', { text: 'a', window: 'Another', timeoutMs: 0 });
  expect(noWindow).toMatchObject({
    code: 'ELEMENT_NOT_FOUND',
    retryable: true,
    details: { titles: ['Only this one'] },
  });
  const noText = await bench.fail('desktop.mouse', {
    at: 'text',
    text: 'Delete everything',
    window: 'Only this one',
    timeoutMs: 0,
  });
  expect(noText.message).toContain('Send the report');
  expect((await bench.run('desktop.findText', { text: 'Delete everything', until: 'now' })).output.found).toBe(false);
  const closed = await bench.run('desktop.window', { action: 'close', window: 'Only this one', ...wait });
  expect(closed.output).toMatchObject({ title: 'Only this one', state: 'gone' });
  expect((await answered).code).toBe(1);
});

test('two windows that fit are a failure, and the uppermost one is taken when that is wanted', {
  timeout: patience,
}, async () => {
  const answers = [question('Twin A'), question('Twin B')];
  for (const window of ['Twin A', 'Twin B']) {
    await bench.run('desktop.window', { action: 'activate', window, ...wait });
  }
  const several = await bench.fail('desktop.window', { window: 'Twin' });
  expect(several.message).toMatch(/2 windows fit "Twin": "Twin B", "Twin A"/);
  const closed = await bench.run('desktop.window', { action: 'close', window: 'Twin', severalWindows: 'top', ...wait });
  expect(closed.output.title).toBe('Twin B');
  await bench.run('desktop.window', { action: 'close', window: '^Twin [A-Z]$', windowMatch: 'regex', ...wait });
  expect((await Promise.all(answers)).map(({ code }) => code)).toEqual([1, 1]);
});

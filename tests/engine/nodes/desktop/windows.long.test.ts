import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { waitFor } from '../../../support/wait-for.ts';
import { openNodeBench } from '../run-one.ts';
import { startScreen } from './screen.ts';

const screen = await startScreen();
const bench = await openNodeBench({ desktop: { environment: screen.environment } });
const patience = 60_000;
const wait = { timeoutMs: 20_000 };

const seenByX = async (process: number) => {
  const line =
    (await screen.ask('wmctrl', '-lGpx')).split('\n').find((one) => one.split(/\s+/)[2] === String(process)) ?? '';
  const [, , , , , width, height] = line.split(/\s+/).map(Number);
  return { width, height };
};

test('windows are listed, moved, resized, maximised, minimised and closed', { timeout: patience }, async () => {
  const program = screen.start('xterm', '-T', 'Öne window', '-geometry', '60x10+30+40');
  const change = async (action: string, params = {}) =>
    (await bench.run('desktop.window', { action, window: 'Öne window', ...wait, ...params })).output;
  await change('waitUntilThere');

  const { output } = await bench.run('desktop.windows', { windowClass: 'XTerm' });
  expect(output.windows).toMatchObject([{ title: 'Öne window', pid: program.pid, state: 'normal', isActive: true }]);
  const byProcess = await bench.run('desktop.windows', { windowPid: program.pid });
  expect(byProcess.output.count).toBe(1);

  expect((await change('move', { x: 200, y: 150 })).bounds).toMatchObject({ x: 200, y: 150 });
  const resized = await change('resize', { width: 500, height: 300 });
  // A terminal holds whole letters.
  expect(Math.abs(resized.bounds.width - 500)).toBeLessThan(20);
  expect(Math.abs(resized.bounds.height - 300)).toBeLessThan(25);
  expect(resized.bounds).toMatchObject({ x: 200, y: 150 });
  const real = await seenByX(program.pid as number);
  // wmctrl tells the inner window; the frame is around it.
  expect(real.width).toBeLessThanOrEqual(resized.bounds.width);
  expect(real.width).toBeGreaterThan(resized.bounds.width - 20);
  expect((await change('maximize')).bounds).toEqual({ x: 0, y: 0, width: 1000, height: 700 });
  expect((await change('minimize')).state).toBe('minimized');
  const restored = await change('activate');
  expect(restored.state).toBe('maximized');
  expect((await change('restore')).bounds).toEqual(resized.bounds);
  expect((await change('close')).state).toBe('gone');
  expect((await bench.run('desktop.windows', {})).output.count).toBe(0);
});

describe('the mouse', () => {
  test('goes where it is told, at once or on its way', { timeout: patience }, async () => {
    const moved = await bench.run('desktop.mouse', { action: 'move', x: 321, y: 123 });
    expect(moved.output).toEqual({ x: 321, y: 123, score: null, text: null });
    expect(await screen.ask('xdotool', 'getmouselocation')).toMatch(/^x:321 y:123 /);
    const further = { action: 'move', at: 'pointer', x: 50, y: -20, durationMs: 120, easing: 'easeOut' };
    await bench.run('desktop.mouse', further);
    expect((await bench.run('desktop.mouse', { action: 'position' })).output).toMatchObject({ x: 371, y: 103 });
  });

  test('clicks, drags, scrolls and holds keys as a hand does', { timeout: patience }, async () => {
    const events: string[] = [];
    const watcher = screen.start(
      'sh',
      '-c',
      'xdotool version; exec xev -geometry 300x200+100+100 -event button -event mouse',
    );
    watcher.stdout?.on('data', (chunk: Buffer) => void events.push(chunk.toString('latin1')));
    const heard = (pattern: RegExp) => [...events.join('').matchAll(pattern)].map((match) => match[1]);
    const window = 'Event Tester';
    await bench.run('desktop.window', { action: 'waitUntilThere', window, ...wait });
    const at = { window, x: 150, y: 100 };
    await bench.run('desktop.mouse', { ...at, button: 'right', clicks: 2, modifiers: ['Control'] });
    await bench.run('desktop.mouse', { ...at, action: 'scroll', direction: 'up', amount: 2 });
    await bench.run('desktop.mouse', { ...at, action: 'drag', toX: 180, toY: 130 });
    await waitFor(() => heard(/ButtonRelease event[\s\S]*?button (\d)/g).length >= 5, {
      until: 'all is heard',
      ...wait,
    });
    expect(heard(/ButtonPress event[\s\S]*?button (\d)/g)).toEqual(['3', '3', '4', '4', '1']);
    // 0x4: Control was down; 0x104: and the left button.
    expect(heard(/ButtonPress event[\s\S]*?state 0x(\d+)/g)).toEqual(['4', '4', '0', '0', '0']);
    expect(heard(/(MotionNotify) event[\s\S]*?state 0x100/g).length).toBeGreaterThan(3);
    watcher.kill('SIGKILL');
  });
});

describe('the clipboard', () => {
  test('gives what another program copied, and hands over what it was given', { timeout: patience }, async () => {
    const text = `Grüße, 漢字 & "quotes"\nsecond line ${'x€'.repeat(200_000)}`;
    const written = await bench.run('desktop.clipboard', { action: 'write', text });
    expect(written.output.hasText).toBe(true);
    expect(await screen.ask('xclip', '-o', '-selection', 'clipboard')).toBe(text);
    const other = `From elsewhere ${'ü'.repeat(300_000)}`;
    await writeFile(join(bench.folder, 'copied.txt'), other);
    await screen.ask('sh', '-c', 'xclip -selection clipboard < "$0" >/dev/null 2>&1', join(bench.folder, 'copied.txt'));
    // xclip copies a moment after it has gone to the background.
    const read = async () => (await bench.run('desktop.clipboard', { action: 'read' })).output.text === other;
    await waitFor(read, { until: 'it is read', ...wait });
  });

  test('is waited for, and cleared', { timeout: patience }, async () => {
    await bench.run('desktop.clipboard', { action: 'write', text: 'before' });
    const changed = bench.run('desktop.clipboard', { action: 'waitForChange', timeoutMs: 20_000 });
    await screen.ask('sh', '-c', 'printf %s "copied elsewhere" | xclip -selection clipboard >/dev/null 2>&1');
    expect((await changed).output).toEqual({ text: 'copied elsewhere', hasText: true });
    await bench.run('desktop.clipboard', { action: 'clear' });
    expect((await bench.run('desktop.clipboard', { action: 'read' })).output).toEqual({ text: '', hasText: false });
    expect((await bench.fail('desktop.clipboard', { action: 'waitForChange', timeoutMs: 50 })).code).toBe(
      'NODE_TIMEOUT',
    );
  });
});

test('a picture of the screen shows what is on it', { timeout: patience }, async () => {
  screen.start('xterm', '-T', 'Green', '-bg', '#00c000', '-geometry', '40x10+300+200');
  await bench.run('desktop.window', { action: 'waitUntilThere', window: 'Green', ...wait });
  const whole = await bench.run('desktop.screenshot', { path: 'screen.jpg' });
  expect(whole.output).toMatchObject({ width: 1000, height: 700 });
  const { default: sharp } = await import('sharp');
  const region = { x: 60, y: 60, width: 40, height: 30 };
  await waitFor(
    async () => {
      await bench.run('desktop.screenshot', { path: 'part.png', window: 'Green', region });
      const { channels } = await sharp(await readFile(join(bench.folder, 'part.png'))).stats();
      return channels.map(({ mean }) => Math.round(mean)).join() === '0,192,0';
    },
    { until: 'the window is green', ...wait },
  );
  expect((await bench.fail('desktop.screenshot', { path: 'screen.bmp' })).code).toBe('PARAMS_INVALID');
});

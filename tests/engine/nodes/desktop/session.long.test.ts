import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { descendantsOf } from '../../../support/processes.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { openNodeBench } from '../run-one.ts';
import { startScreen } from './screen.ts';

const screen = await startScreen();
/** One that ends in the middle of a test. */
const other = await startScreen({ manager: false });
const environment = screen.environment;
const patience = 60_000;
const open = (waitMs?: number, holder = 'a run') =>
  openNodeBench({ holder, desktop: { environment, ...(waitMs === undefined ? {} : { waitMs }) } });
const position = { action: 'position' };

const childrenAtWork = () => descendantsOf(process.pid).filter(({ command }) => command.includes('desktop/child.ts'));
/** One for each run of the tests; nothing is opened before it is used. */
const runs = {
  first: await open(),
  second: await open(),
  third: await open(),
  holder: await open(undefined, 'the run of "Month end"'),
  late: await open(200),
  elsewhere: await open(200),
  next: await open(),
  cut: await open(),
  held: await open(),
  killed: await open(),
  after: await open(),
  cancelled: await open(),
  lost: await openNodeBench({ desktop: { environment: other.environment } }),
};
const withoutDisplay = await Promise.all(
  ['', 'nonsense', ':59999'].map((DISPLAY) => openNodeBench({ desktop: { environment: { DISPLAY } } })),
);

/** A run in another process that has the desktop until it is killed. */
async function holdElsewhere(holder: string) {
  const engine = new URL('../../../../engine/resources/desktop/create-desktop.ts', import.meta.url);
  const code = `
    const { createDesktop } = await import(${JSON.stringify(engine.href)});
    const desktop = createDesktop(${JSON.stringify(holder)}, { environment: ${JSON.stringify(environment)} });
    await desktop.call('pointer', {}, new AbortController().signal);
    console.log('has it');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

describe('the desktop is one run’s at a time', () => {
  test('others wait in order, and take it when its run ends', { timeout: patience }, async () => {
    const { first, second, third } = runs;
    await first.run('desktop.mouse', position);
    const served: string[] = [];
    const waiting = [
      second.run('desktop.mouse', position).then(async () => {
        served.push('second');
        await second.resources.close();
      }),
    ];
    await delay(150);
    waiting.push(third.run('desktop.mouse', position).then(() => void served.push('third')));
    await delay(300);
    expect(served).toEqual([]);
    await first.resources.close();
    await Promise.all(waiting);
    expect(served).toEqual(['second', 'third']);
    await third.resources.close();
  });

  test('who waits too long is told who has it', { timeout: patience }, async () => {
    const holder = runs.holder;
    await holder.run('desktop.mouse', position);
    const late = runs.late;
    const busy = await late.fail('desktop.mouse', position);
    expect(busy).toMatchObject({ code: 'RESOURCE_BUSY', retryable: true });
    expect(busy.message).toMatch(/the run of "Month end" \(process \d+\) since 20/);
    await holder.resources.close();
    expect((await late.run('desktop.mouse', position)).output).toMatchObject({ x: expect.any(Number) });
    await late.resources.close();
  });

  test('of another process too, and a killed one gives it back', { timeout: patience }, async () => {
    const other = await holdElsewhere('job 4711');
    const late = runs.elsewhere;
    expect((await late.fail('desktop.mouse', position)).message).toContain(`job 4711 (process ${other.pid})`);
    const next = runs.next;
    const served = next.run('desktop.mouse', position);
    const ended = once(other, 'exit');
    other.kill('SIGKILL');
    await ended;
    expect((await served).output).toMatchObject({ y: expect.any(Number) });
    await next.resources.close();
  });
});

describe('the process that works with the desktop', () => {
  test('is not the run’s: when it is killed the step fails in doubt, and the next one works', {
    timeout: patience,
  }, async () => {
    const bench = runs.cut;
    await bench.run('desktop.mouse', position);
    const typing = bench.fail('desktop.type', { text: 'slowly '.repeat(100), delayMs: 100 });
    const child = childrenAtWork().at(-1);
    await delay(200);
    process.kill(child?.pid ?? 0, 'SIGKILL');
    expect((await typing).code).toBe('DESKTOP_CRASHED');
    expect((await bench.run('desktop.mouse', { action: 'move', x: 11, y: 12 })).output).toMatchObject({ x: 11, y: 12 });
    await bench.resources.close();
  });

  test('lets go of what it holds when it is stopped, and ends with its run', { timeout: patience }, async () => {
    const bench = runs.held;
    await bench.run('desktop.mouse', { action: 'press', x: 5, y: 5 });
    expect(await screen.ask('xinput', 'query-state', 'Virtual core XTEST pointer')).toContain('button[1]=down');
    await bench.resources.close();
    expect(await screen.ask('xinput', 'query-state', 'Virtual core XTEST pointer')).not.toContain('down');

    const killed = runs.killed;
    await killed.run('desktop.mouse', { action: 'press', x: 5, y: 5 });
    process.kill(childrenAtWork().at(-1)?.pid ?? 0, 'SIGKILL');
    await waitFor(() => childrenAtWork().length === 0, { until: 'it is dead' });
    expect(await screen.ask('xinput', 'query-state', 'Virtual core XTEST pointer')).toContain('button[1]=down');
    await killed.resources.close();
    const { after } = runs;
    await after.run('desktop.mouse', position);
    expect(await screen.ask('xinput', 'query-state', 'Virtual core XTEST pointer')).not.toContain('down');
    await after.resources.close();
    await waitFor(() => childrenAtWork().length === 0, { until: 'it has ended' });
  });

  test('stops typing, waiting and reading within 2 s when its run is cancelled', { timeout: patience }, async () => {
    const bench = runs.cancelled;
    await bench.run('desktop.mouse', position);
    const long: [string, Record<string, unknown>][] = [
      ['desktop.type', { text: 'on and on '.repeat(1000), delayMs: 50 }],
      ['desktop.keys', { keys: 'a', holdMs: 60_000 }],
      ['desktop.mouse', { action: 'move', x: 500, y: 500, durationMs: 60_000 }],
      ['desktop.window', { action: 'waitUntilThere', window: 'never', timeoutMs: 60_000 }],
      ['desktop.findText', { text: 'never', timeoutMs: 60_000 }],
      ['desktop.clipboard', { action: 'waitForChange' }],
    ];
    for (const [type, params] of long) {
      const abort = new AbortController();
      const ran = bench.run(type, params, { signal: abort.signal });
      await delay(150);
      const cancelledAt = performance.now();
      abort.abort(new Error('cancelled by a person'));
      await expect(ran).rejects.toThrow(/cancelled by a person|aborted/);
      expect(performance.now() - cancelledAt).toBeLessThan(2000);
    }
    expect((await screen.ask('xinput', 'query-state', 'Virtual core XTEST keyboard')).match(/=down/g)).toBeNull();
    await bench.resources.close();
  });
});

describe('without a desktop', () => {
  test('a step says what is missing', async () => {
    for (const bench of withoutDisplay) {
      const missing = await bench.fail('desktop.windows', {});
      expect(missing.code).toBe('DESKTOP_MISSING');
      expect(missing.message).toMatch(/Xvfb/);
      await bench.resources.close();
    }
  });

  test('or that it went away while it was used', { timeout: patience }, async () => {
    const bench = runs.lost;
    await bench.run('desktop.windows', {});
    const typing = bench.fail('desktop.type', { text: 'slowly '.repeat(100), delayMs: 50 });
    await delay(100);
    await other.stop();
    expect((await typing).code).toBe('DESKTOP_CRASHED');
    expect((await bench.fail('desktop.windows', {})).code).toBe('DESKTOP_MISSING');
    await bench.resources.close();
  });
});

import { asAppError, toWire } from '@casare/shared';
import type { DesktopDriver } from './driver.ts';
import type { DesktopAnswer, DesktopOrder } from './messages.ts';

// The process that works with the desktop. Native parts may take it with them, and a person who cancels may kill it; the run lives on.

/** What reads may be done while keys are typed; what acts waits for its turn. */
const reads: readonly string[] = ['screen', 'windows', 'pointer', 'capture'];

const running = new Map<number, AbortController>();
let acting: Promise<unknown> = Promise.resolve();

const send = (answer: DesktopAnswer) => void process.send?.(answer);

async function open(): Promise<DesktopDriver> {
  if (process.argv[2] === 'nut') return (await import('./nut-driver.ts')).openNutDriver();
  const { openX11Driver } = await import('./x11/driver.ts');
  // oxlint-disable-next-line node/no-process-env -- its parent gave it this environment, which says which display is meant.
  return openX11Driver(process.env);
}

async function serve(driver: DesktopDriver, { id, name, input }: DesktopOrder & { kind: 'call' }): Promise<void> {
  const abort = new AbortController();
  running.set(id, abort);
  const { signal } = abort;
  try {
    // The types of the pairs are held by Desktop.call; here only the name is known.
    const work = driver[name] as (input: object, signal: AbortSignal) => Promise<unknown>;
    const act = () => {
      signal.throwIfAborted();
      return work(input, signal);
    };
    const done = reads.includes(name) ? act() : acting.then(act);
    if (!reads.includes(name)) acting = done.catch(() => undefined);
    send({ kind: 'done', id, output: await done });
  } catch (error) {
    send({ kind: 'fault', id, error: toWire(asAppError(error, 'DESKTOP_FAILED')) });
  } finally {
    running.delete(id);
  }
}

async function end(driver: DesktopDriver): Promise<never> {
  for (const abort of running.values()) abort.abort();
  await acting;
  await driver.close().catch(() => undefined);
  process.exit(0);
}

try {
  const driver = await open();
  process.on('message', (order: DesktopOrder) => {
    if (order.kind === 'call') void serve(driver, order);
    else if (order.kind === 'cancel') running.get(order.id)?.abort(new Error('cancelled'));
    else void end(driver);
  });
  // Its run is gone without a word.
  process.on('disconnect', () => void end(driver));
  send({ kind: 'ready' });
} catch (error) {
  send({ kind: 'missing', error: toWire(asAppError(error, 'DESKTOP_MISSING')) });
  process.disconnect?.();
}

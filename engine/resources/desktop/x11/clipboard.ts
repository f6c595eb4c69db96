import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@casare/shared';
import type { XConnection } from './connection.ts';
import { getProperty, putProperty, words } from './requests.ts';

const ATOM = 4;
const STRING = 31;
const SELECTION_CLEAR = 29;
const SELECTION_REQUEST = 30;
const SELECTION_NOTIFY = 31;
const PROPERTY_NOTIFY = 28;
const answerMs = 3000;
const largestText = 64 * 1024 * 1024;

/** On X the clipboard lies with the program that was copied from: it hands it over when somebody pastes. */
export async function openClipboard(x: XConnection, atom: (name: string) => Promise<number>) {
  const [CLIPBOARD, UTF8, TARGETS, INCR, OURS] = (await Promise.all(
    ['CLIPBOARD', 'UTF8_STRING', 'TARGETS', 'INCR', 'CASARE_CLIPBOARD'].map(atom),
  )) as [number, number, number, number, number];
  const window = x.newId();
  const size = Buffer.alloc(12);
  size.writeUInt16LE(1, 4);
  size.writeUInt16LE(1, 6);
  size.writeUInt16LE(2, 10);
  // An input-only window that hears of changed properties: 0x800 is the event mask's place, 0x400000 PropertyChange.
  x.tell({ opcode: 1, body: Buffer.concat([words(window, x.root), size, words(0, 0x8_00, 0x40_00_00)]) });
  let owned: Buffer | undefined;
  let answered: ((property: number) => void) | undefined;
  let appended: (() => void) | undefined;

  x.onEvent((event) => {
    const code = event.readUInt8(0) & 0x7f;
    if (code === SELECTION_CLEAR) owned = undefined;
    else if (code === SELECTION_REQUEST) serve(event);
    else if (code === SELECTION_NOTIFY) answered?.(event.readUInt32LE(20));
    // State 0: a new value.
    else if (code === PROPERTY_NOTIFY && event.readUInt32LE(8) === OURS && event.readUInt8(16) === 0) appended?.();
  });

  function serve(event: Buffer): void {
    const [time, , requestor, selection, target, asked] = [4, 8, 12, 16, 20, 24].map((at) =>
      event.readUInt32LE(at),
    ) as [number, number, number, number, number, number];
    // Old programs name no property and mean the name of the target.
    const property = asked === 0 ? target : asked;
    let given = property;
    if (target === TARGETS) putProperty(x, requestor, property, ATOM, 32, words(TARGETS, UTF8, STRING));
    else if (owned && (target === UTF8 || target === STRING)) {
      const bytes = target === UTF8 ? owned : Buffer.from(owned.toString('utf8'), 'latin1');
      putProperty(x, requestor, property, target, 8, bytes);
    } else given = 0;
    const notify = Buffer.alloc(32);
    notify.writeUInt8(SELECTION_NOTIFY, 0);
    words(time, requestor, selection, target, given).copy(notify, 4);
    x.tell({ opcode: 25, body: Buffer.concat([words(requestor, 0), notify]) });
  }

  async function within<T>(wait: (resolve: (value: T) => void) => void, signal: AbortSignal): Promise<T | undefined> {
    const timer = new AbortController();
    const late = delay(answerMs, undefined, { signal: AbortSignal.any([timer.signal, signal]) });
    try {
      return await Promise.race([new Promise<T>(wait), late]);
    } finally {
      late.catch(() => undefined);
      timer.abort();
    }
  }

  /** Large texts come in parts: each is taken away, which asks for the next one. An empty part is the end. */
  async function readParts(signal: AbortSignal): Promise<Buffer> {
    const parts: Buffer[] = [];
    let total = 0;
    for (;;) {
      const next = within<true>((resolve) => {
        appended = () => resolve(true);
      }, signal);
      // The part may have come before we listened, so it is looked for first.
      const part = await getProperty(x, window, OURS, true);
      const bytes = part?.bytes ?? Buffer.alloc(0);
      if (part && bytes.length === 0) {
        next.catch(() => undefined);
        return Buffer.concat(parts);
      }
      if (part) {
        parts.push(Buffer.from(bytes));
        total += bytes.length;
      }
      if (total > largestText || (await next) === undefined)
        throw new AppError('DESKTOP_FAILED', 'The clipboard was not handed over by the program it was copied from.');
    }
  }

  return {
    async read(signal: AbortSignal): Promise<string | null> {
      // Asked first: that somebody else has copied since comes before the answer.
      const owner = (await x.ask({ opcode: 23, body: words(CLIPBOARD) }))?.readUInt32LE(8) ?? 0;
      if (owner === 0) return null;
      if (owned && owner === window) return owned.toString('utf8');
      for (const target of [UTF8, STRING]) {
        const asked = within<number>((resolve) => {
          answered = resolve;
          x.tell({ opcode: 24, body: words(window, CLIPBOARD, target, OURS, 0) });
        }, signal);
        const property = await asked;
        if (property === undefined || property === 0) continue;
        const found = await getProperty(x, window, OURS, true);
        const bytes = found?.type === INCR ? await readParts(signal) : found?.bytes;
        if (bytes) return bytes.toString(target === UTF8 ? 'utf8' : 'latin1');
      }
      return null;
    },
    async write(text: string): Promise<void> {
      owned = text === '' ? undefined : Buffer.from(text, 'utf8');
      x.tell({ opcode: 22, body: words(owned ? window : 0, CLIPBOARD, 0) });
      await x.sync();
    },
  };
}

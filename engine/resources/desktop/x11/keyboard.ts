import { AppError } from '@casare/shared';
import { setTimeout as delay } from 'node:timers/promises';
import type { XConnection } from './connection.ts';
import { keysymOf, keysymOfCharacter, LEVEL3_SHIFT } from './keysyms.ts';
import { words } from './requests.ts';
import type { XTest } from './x-test.ts';

interface Stroke {
  keycode: number;
  shift: boolean;
  level3: boolean;
}

const SHIFT = 0xffe1;
const CAPS_LOCK = 0xffe5;

/** Types by the keyboard layout of the display; characters it lacks are put on unused keys for the time of the session. */
export function createKeyboard(x: XConnection, test: XTest) {
  /** What we put on unused keys: keysym by keycode. */
  const lent = new Map<number, number>();

  async function readLayout() {
    const count = x.maxKeycode - x.minKeycode + 1;
    const reply = await x.ask({ opcode: 101, body: Buffer.from([x.minKeycode, count, 0, 0]) });
    if (!reply) throw new AppError('DESKTOP_FAILED', 'The display does not tell its keyboard layout.');
    const columns = reply.readUInt8(1);
    const rows = Array.from({ length: count }, (_, row) =>
      Array.from({ length: columns }, (__, column) => reply.readUInt32LE(32 + (row * columns + column) * 4)),
    );
    const strokes = new Map<number, Stroke>();
    // The plainest way to a character counts: no modifier, Shift, then AltGr, which stands in the fifth column.
    for (const column of [5, 4, 1, 0]) {
      // Of several keys the lower one, which real keyboards have.
      for (const [i, row] of [...rows.entries()].toReversed()) {
        const keysym = row[column] ?? 0;
        if (keysym === 0) continue;
        strokes.set(keysym, { keycode: x.minKeycode + i, shift: column % 2 === 1, level3: column >= 4 });
      }
    }
    const unused = rows.flatMap((row, i) => (row.every((keysym) => keysym === 0) ? [x.minKeycode + i] : []));
    return { strokes, unused, columns };
  }

  /** A stroke for each keysym; keys are lent for those that the layout lacks. */
  async function strokesFor(keysyms: Iterable<number>): Promise<Map<number, Stroke>> {
    const { strokes, unused, columns } = await readLayout();
    const missing = [...new Set(keysyms)].filter((keysym) => !strokes.has(keysym));
    if (missing.length === 0) return strokes;
    const free = [...unused, ...lent.keys()];
    if (missing.length > free.length)
      throw new AppError(
        'DESKTOP_FAILED',
        'These are too many foreign characters for the keyboard. Type them in parts.',
      );
    missing.forEach((keysym, i) => {
      const keycode = free[i] as number;
      // The other columns too, so that it is the same whatever is held or locked.
      const row = Array.from({ length: columns }, () => keysym);
      lent.set(keycode, keysym);
      x.tell({ opcode: 100, data: 1, body: Buffer.concat([Buffer.from([keycode, columns, 0, 0]), words(...row)]) });
      strokes.set(keysym, { keycode, shift: false, level3: false });
    });
    await x.sync();
    return strokes;
  }

  function strike({ keycode, shift, level3 }: Stroke, strokes: Map<number, Stroke>): void {
    const around = [shift && strokes.get(SHIFT)?.keycode, level3 && strokes.get(LEVEL3_SHIFT)?.keycode].filter(
      (held) => typeof held === 'number',
    );
    for (const held of around) test.key(held, true);
    test.key(keycode, true);
    test.key(keycode, false);
    for (const held of around.toReversed()) test.key(held, false);
  }

  /** With Caps Lock on, letters would come out the other way round. */
  async function withoutCapsLock(strokes: Map<number, Stroke>, work: () => Promise<void>): Promise<void> {
    const state = await x.ask({ opcode: 38, body: words(x.root) });
    const lock = ((state?.readUInt16LE(24) ?? 0) & 2) === 0 ? undefined : strokes.get(CAPS_LOCK);
    if (lock) strike(lock, strokes);
    try {
      await work();
    } finally {
      if (lock) strike(lock, strokes);
    }
  }

  return {
    async type(text: string, delayMs: number, signal: AbortSignal): Promise<void> {
      const characters = [...text.replaceAll('\r\n', '\n')];
      // Foreign characters in parts that unused keys can hold.
      for (let start = 0; start < characters.length; start += 200) {
        const part = characters.slice(start, start + 200).map(keysymOfCharacter);
        for (let at = 0; at < part.length; ) {
          at = await typePart(part, at, delayMs, signal);
        }
      }
    },
    async press(combinations: string[][], holdMs: number, delayMs: number, signal: AbortSignal): Promise<void> {
      const keysyms = combinations.map((keys) => keys.map(keysymFor));
      const strokes = await strokesFor([...keysyms.flat(), SHIFT]);
      for (const [i, keys] of keysyms.entries()) {
        if (i > 0) await delay(delayMs, undefined, { signal });
        const pressed: number[] = [];
        const push = (keycode: number | undefined) => {
          if (keycode === undefined || pressed.includes(keycode)) return;
          test.key(keycode, true);
          pressed.push(keycode);
        };
        try {
          for (const keysym of keys) {
            const { keycode, shift, level3 } = strokes.get(keysym) as Stroke;
            if (shift) push(strokes.get(SHIFT)?.keycode);
            if (level3) push(strokes.get(LEVEL3_SHIFT)?.keycode);
            push(keycode);
          }
          if (holdMs > 0) {
            await x.sync();
            await delay(holdMs, undefined, { signal });
          }
        } finally {
          for (const keycode of pressed.toReversed()) test.key(keycode, false);
          await x.sync();
        }
      }
    },
    async hold(key: string, isDown: boolean): Promise<void> {
      const keysym = keysymFor(key);
      const stroke = (await strokesFor([keysym])).get(keysym);
      if (stroke) test.key(stroke.keycode, isDown);
      await x.sync();
    },
    /** Gives back the keys that were lent. */
    async restore(): Promise<void> {
      if (lent.size === 0 || !x.isOpen) return;
      for (const keycode of lent.keys())
        x.tell({ opcode: 100, data: 1, body: Buffer.concat([Buffer.from([keycode, 1, 0, 0]), words(0)]) });
      lent.clear();
      await x.sync();
    },
  };

  /** Types on from `at` as long as the same layout serves; gives where it stopped. */
  async function typePart(part: number[], at: number, delayMs: number, signal: AbortSignal): Promise<number> {
    const { strokes: own, unused } = await readLayout();
    const room = Math.max(1, unused.length + lent.size);
    const foreign = new Set<number>();
    let end = at;
    for (; end < part.length; end++) {
      const keysym = part[end] as number;
      if (own.has(keysym)) continue;
      if (!foreign.has(keysym) && foreign.size === room) break;
      foreign.add(keysym);
    }
    const strokes = await strokesFor([...part.slice(at, end), SHIFT]);
    await withoutCapsLock(strokes, async () => {
      for (const keysym of part.slice(at, end)) {
        signal.throwIfAborted();
        strike(strokes.get(keysym) as Stroke, strokes);
        // In order, and not faster than the display takes them.
        await x.sync();
        if (delayMs > 0) await delay(delayMs, undefined, { signal });
      }
    });
    return end;
  }
}

function keysymFor(key: string): number {
  const keysym = keysymOf(key);
  if (keysym !== undefined) return keysym;
  throw new AppError(
    'PARAMS_INVALID',
    `There is no key "${key}". Keys are characters and names such as Enter, Escape, ArrowDown, F5, Control, Shift, Alt, Meta.`,
    { details: { key } },
  );
}

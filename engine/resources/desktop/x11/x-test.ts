import { AppError } from '@casare/shared';
import type { XConnection } from './connection.ts';
import { words } from './requests.ts';

/** Presses keys and buttons and moves the pointer, as if by hand. */
export interface XTest {
  key(keycode: number, isDown: boolean): void;
  button(number: number, isDown: boolean): void;
  move(x: number, y: number): void;
  /** Lets go of whatever is still pressed. */
  releaseAll(): void;
}

/** By the XTEST extension, which every X server has unless it was switched off. */
export async function openXTest(x: XConnection): Promise<XTest> {
  const name = Buffer.from('XTEST', 'latin1');
  const head = Buffer.from([name.length, 0, 0, 0]);
  const reply = await x.ask({ opcode: 98, body: Buffer.concat([head, name]) });
  if (reply?.readUInt8(8) !== 1)
    throw new AppError(
      'DESKTOP_FAILED',
      'The display takes no keys and clicks from programs: its XTEST extension is switched off. Start the X server without "-extension XTEST".',
    );
  const major = reply.readUInt8(9);
  const down = { keys: new Set<number>(), buttons: new Set<number>() };

  function fake(type: number, detail: number, at = { x: 0, y: 0 }): void {
    const body = Buffer.alloc(32);
    body.writeUInt8(type, 0);
    body.writeUInt8(detail, 1);
    body.writeInt16LE(at.x, 20);
    body.writeInt16LE(at.y, 22);
    x.tell({ opcode: major, data: 2, body });
  }

  function press(kind: 'keys' | 'buttons', detail: number, isDown: boolean): void {
    if (isDown) down[kind].add(detail);
    else down[kind].delete(detail);
    fake((kind === 'keys' ? 2 : 4) + (isDown ? 0 : 1), detail);
  }

  // What a session left pressed when it was killed. What a person holds down is not of this keyboard and mouse.
  const keys = (await x.ask({ opcode: 44, body: Buffer.alloc(0) }))?.subarray(8, 40) ?? Buffer.alloc(0);
  for (const [i, bits] of keys.entries())
    for (let bit = 0; bit < 8; bit++) if (((bits >> bit) & 1) === 1) fake(3, i * 8 + bit);
  const buttons = (await x.ask({ opcode: 38, body: words(x.root) }))?.readUInt16LE(24) ?? 0;
  for (let button = 1; button <= 5; button++) if (((buttons >> (7 + button)) & 1) === 1) fake(5, button);

  return {
    key: (keycode, isDown) => press('keys', keycode, isDown),
    button: (number, isDown) => press('buttons', number, isDown),
    move: (left, top) => fake(6, 0, { x: clamp(left), y: clamp(top) }),
    releaseAll() {
      for (const keycode of [...down.keys]) press('keys', keycode, false);
      for (const button of [...down.buttons]) press('buttons', button, false);
    },
  };
}

const clamp = (value: number) => Math.min(32_767, Math.max(-32_768, Math.round(value)));

import { words } from './requests.ts';
import type { DesktopPoint } from '../../desktop.ts';
import type { DesktopDriver } from '../driver.ts';
import { type MouseHand, moveMouse } from '../move-mouse.ts';
import { capture, screenSize } from './capture.ts';
import { openClipboard } from './clipboard.ts';
import { connectX } from './connection.ts';
import { createKeyboard } from './keyboard.ts';
import { createAtoms } from './requests.ts';
import { changeWindow, listWindows } from './windows.ts';
import { openXTest } from './x-test.ts';

const buttons = { left: 1, middle: 2, right: 3 } as const;
const wheel = { up: 4, down: 5, left: 6, right: 7 } as const;

/** Any X11 display: that of a session, or an Xvfb without a screen. */
export async function openX11Driver(environment: Readonly<Record<string, string | undefined>>): Promise<DesktopDriver> {
  const x = await connectX(environment);
  const atom = createAtoms(x);
  const test = await openXTest(x);
  const keyboard = createKeyboard(x, test);
  const clipboard = await openClipboard(x, atom);

  async function pointer(): Promise<DesktopPoint> {
    const reply = await x.ask({ opcode: 38, body: words(x.root) });
    return { x: reply?.readInt16LE(16) ?? 0, y: reply?.readInt16LE(18) ?? 0 };
  }

  const hand: MouseHand = {
    position: pointer,
    async moveTo(to) {
      test.move(to.x, to.y);
      await x.sync();
    },
    async press(button, isDown) {
      test.button(buttons[button], isDown);
      await x.sync();
    },
    hold: (key, isDown) => keyboard.hold(key, isDown),
    async scroll(direction, clicks) {
      for (let i = 0; i < clicks; i++) {
        test.button(wheel[direction], true);
        test.button(wheel[direction], false);
      }
      await x.sync();
    },
  };

  return {
    screen: () => screenSize(x),
    windows: () => listWindows(x, atom),
    changeWindow: (request) => changeWindow(x, atom, request),
    pointer,
    async mouse({ moves }, signal) {
      await moveMouse(hand, moves, signal);
      return null;
    },
    async type({ text, delayMs }, signal) {
      await keyboard.type(text, delayMs, signal);
      return null;
    },
    async keys({ combinations, holdMs, delayMs }, signal) {
      await keyboard.press(combinations, holdMs, delayMs, signal);
      return null;
    },
    capture: ({ area }) => capture(x, area),
    readClipboard: (_input, signal) => clipboard.read(signal),
    async writeClipboard({ text }) {
      await clipboard.write(text);
      return null;
    },
    async close() {
      if (!x.isOpen) return;
      test.releaseAll();
      await keyboard.restore().catch(() => undefined);
      // What was told must be on its way before the connection ends.
      await x.sync().catch(() => undefined);
      x.close();
    },
  };
}

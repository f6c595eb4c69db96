import { AppError } from '@casare/shared';
import { setTimeout as delay } from 'node:timers/promises';
import type { DesktopArea, DesktopWindow, MouseButton, Picture } from '../desktop.ts';
import type { DesktopDriver } from './driver.ts';
import { type MouseHand, moveMouse } from './move-mouse.ts';
import { nutKeyName } from './nut-keys.ts';

type Nut = typeof import('@nut-tree-fork/nut-js');

/** Windows and macOS, by nut.js. It is loaded only here, in a process of its own: its native part may take the process with it. */
export async function openNutDriver(): Promise<DesktopDriver> {
  const nut = await loadNut();
  const { mouse, keyboard, screen, clipboard, Button, Key, Point } = nut;
  mouse.config.autoDelayMs = 0;
  keyboard.config.autoDelayMs = 0;
  // Its native part ends the process where there is no screen: better here than in the middle of a step.
  await screen.width();
  const buttons = { left: Button.LEFT, middle: Button.MIDDLE, right: Button.RIGHT } as const;
  const down = { keys: new Set<number>(), buttons: new Set<MouseButton>() };

  async function pushKey(key: number, isDown: boolean): Promise<void> {
    if (isDown) down.keys.add(key);
    else down.keys.delete(key);
    await (isDown ? keyboard.pressKey(key) : keyboard.releaseKey(key));
  }

  const hand: MouseHand = {
    position: () => mouse.getPosition(),
    async moveTo(to) {
      await mouse.setPosition(new Point(Math.round(to.x), Math.round(to.y)));
    },
    async press(button, isDown) {
      if (isDown) down.buttons.add(button);
      else down.buttons.delete(button);
      await (isDown ? mouse.pressButton(buttons[button]) : mouse.releaseButton(buttons[button]));
    },
    hold: (key, isDown) => pushKey(keyNumber(key), isDown),
    async scroll(direction, clicks) {
      const amount = clicks * (process.platform === 'win32' ? 120 : 1);
      if (direction === 'up') await mouse.scrollUp(amount);
      else if (direction === 'down') await mouse.scrollDown(amount);
      else if (direction === 'left') await mouse.scrollLeft(amount);
      else await mouse.scrollRight(amount);
    },
  };

  function keyNumber(key: string): number {
    const number = (Key as unknown as Record<string, number | undefined>)[nutKeyName(key) ?? ''];
    if (number !== undefined) return number;
    throw new AppError('PARAMS_INVALID', `There is no key "${key}". Keys are a–z, 0–9 and names such as Enter or F5.`, {
      details: { key },
    });
  }

  return {
    screen: async () => ({ width: await screen.width(), height: await screen.height() }),
    pointer: async () => {
      const { x, y } = await mouse.getPosition();
      return { x, y };
    },
    windows: () => listWindows(nut),
    async changeWindow({ id, action, ...area }) {
      await changeWindow(nut, id, action, area);
      return null;
    },
    async mouse({ moves }, signal) {
      await moveMouse(hand, moves, signal);
      return null;
    },
    async type({ text, delayMs }, signal) {
      for (const character of text.replaceAll('\r\n', '\n')) {
        signal.throwIfAborted();
        if (character === '\n') await keyboard.type(Key.Return);
        else await keyboard.type(character);
        if (delayMs > 0) await delay(delayMs, undefined, { signal });
      }
      return null;
    },
    async keys({ combinations, holdMs, delayMs }, signal) {
      for (const [i, names] of combinations.entries()) {
        if (i > 0) await delay(delayMs, undefined, { signal });
        const pressed = names.map(keyNumber);
        try {
          for (const key of pressed) await pushKey(key, true);
          if (holdMs > 0) await delay(holdMs, undefined, { signal });
        } finally {
          for (const key of pressed.toReversed()) await pushKey(key, false);
        }
      }
      return null;
    },
    capture: ({ area }) => capture(nut, area),
    readClipboard: async () => (await clipboard.getContent()) || null,
    async writeClipboard({ text }) {
      await clipboard.setContent(text);
      return null;
    },
    async close() {
      for (const key of down.keys) await keyboard.releaseKey(key);
      for (const button of down.buttons) await mouse.releaseButton(buttons[button]);
    },
  };
}

async function loadNut(): Promise<Nut> {
  try {
    // CommonJS: what it exports stands in its default.
    const loaded = (await import('@nut-tree-fork/nut-js')) as Nut & { default?: Nut };
    return loaded.default ?? loaded;
  } catch (error) {
    throw new AppError(
      'DESKTOP_MISSING',
      `The desktop cannot be worked with here: ${error instanceof Error ? error.message : 'nut.js does not load'}. It needs a session of a person that is not locked.`,
      { details: { platform: process.platform }, cause: error },
    );
  }
}

async function capture({ screen, Region }: Nut, area?: DesktopArea): Promise<Picture> {
  const grabbed = area
    ? await screen.grabRegion(new Region(area.x, area.y, area.width, area.height))
    : await screen.grab();
  const { width, height, data, byteWidth, channels } = await grabbed.toRGB();
  const colors = new Uint8Array(width * height * 4);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      colors.set(data.subarray(y * byteWidth + x * channels, y * byteWidth + x * channels + 3), at);
      colors[at + 3] = 255;
    }
  }
  return { width, height, data: colors };
}

async function listWindows({ getWindows, getActiveWindow }: Nut): Promise<DesktopWindow[]> {
  const [all, active] = await Promise.all([getWindows(), getActiveWindow().catch(() => undefined)]);
  const activeId = active && handleOf(active);
  const described = await Promise.all(
    all.map(async (window): Promise<DesktopWindow | undefined> => {
      try {
        const [title, { left, top, width, height }] = await Promise.all([window.getTitle(), window.getRegion()]);
        const id = handleOf(window);
        const bounds = { x: left, y: top, width, height };
        return { id: String(id), title, className: '', pid: null, bounds, state: 'unknown', isActive: id === activeId };
      } catch {
        return undefined;
      }
    }),
  );
  return described.filter((window) => window !== undefined).filter(({ title }) => title !== '');
}

async function changeWindow(
  { getWindows, keyboard, Key, Point, Size }: Nut,
  id: string,
  action: string,
  { x = 0, y = 0, width = 1, height = 1 }: Partial<DesktopArea>,
): Promise<void> {
  const window = (await getWindows()).find((one) => String(handleOf(one)) === id);
  if (!window) return;
  if (action === 'activate') await window.focus();
  else if (action === 'move') await window.move(new Point(x, y));
  else if (action === 'resize') await window.resize(new Size(width, height));
  else if (action === 'minimize') await window.minimize();
  else if (action === 'restore') await window.restore();
  else if (action === 'close') {
    await window.focus();
    const keys = process.platform === 'darwin' ? [Key.LeftCmd, Key.W] : [Key.LeftAlt, Key.F4];
    await keyboard.pressKey(...keys);
    await keyboard.releaseKey(...keys);
  } else {
    throw new AppError('DESKTOP_FAILED', 'Windows cannot be maximised on this system. Give them a place and a size.', {
      details: { action },
    });
  }
}

/** nut.js keeps the number of a window to itself. */
function handleOf(window: object): number {
  return (window as { windowHandle: number }).windowHandle;
}

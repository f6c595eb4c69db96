import { setTimeout as delay } from 'node:timers/promises';
import type { DesktopPoint, MouseButton, MouseMove } from '../desktop.ts';

/** What a driver can do with the mouse at once. */
export interface MouseHand {
  position(): Promise<DesktopPoint>;
  moveTo(to: DesktopPoint): Promise<void>;
  press(button: MouseButton, isDown: boolean): Promise<void>;
  hold(key: string, isDown: boolean): Promise<void>;
  scroll(direction: 'up' | 'down' | 'left' | 'right', clicks: number): Promise<void>;
}

const stepMs = 10;

const easings: Readonly<Record<(MouseMove & { kind: 'move' })['easing'], (t: number) => number>> = {
  linear: (t) => t,
  easeIn: (t) => t * t,
  easeOut: (t) => t * (2 - t),
  easeInOut: (t) => (t < 0.5 ? 2 * t * t : 1 - 2 * (1 - t) ** 2),
};

/** Does one after the other; a button that is still pressed when it is stopped is released. */
export async function moveMouse(hand: MouseHand, moves: readonly MouseMove[], signal: AbortSignal): Promise<void> {
  const pressed = new Set<MouseButton>();
  const held = new Set<string>();
  try {
    for (const move of moves) {
      signal.throwIfAborted();
      await perform(hand, move, signal);
      if (move.kind === 'hold') held.add(move.key);
      if (move.kind === 'letGo') held.delete(move.key);
      if (move.kind === 'press') pressed.add(move.button);
      if (move.kind === 'release') pressed.delete(move.button);
    }
    pressed.clear();
    held.clear();
  } finally {
    await Promise.all([...pressed].map((button) => hand.press(button, false)));
    await Promise.all([...held].map((key) => hand.hold(key, false)));
  }
}

async function perform(hand: MouseHand, move: MouseMove, signal: AbortSignal): Promise<void> {
  switch (move.kind) {
    case 'wait':
      await delay(move.ms, undefined, { signal });
      break;
    case 'press':
    case 'release':
      await hand.press(move.button, move.kind === 'press');
      break;
    case 'hold':
    case 'letGo':
      await hand.hold(move.key, move.kind === 'hold');
      break;
    case 'scroll':
      await hand.scroll(move.direction, move.clicks);
      break;
    case 'move':
      await glide(hand, move, signal);
  }
}

async function glide(
  hand: MouseHand,
  { to, durationMs, easing }: MouseMove & { kind: 'move' },
  signal: AbortSignal,
): Promise<void> {
  if (durationMs > 0) {
    const from = await hand.position();
    const steps = Math.max(2, Math.ceil(durationMs / stepMs));
    for (let i = 1; i < steps; i++) {
      const share = easings[easing](i / steps);
      await hand.moveTo({ x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share });
      await delay(durationMs / steps, undefined, { signal });
    }
  }
  await hand.moveTo(to);
}

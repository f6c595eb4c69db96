export interface DesktopPoint {
  x: number;
  y: number;
}

export interface DesktopArea extends DesktopPoint {
  width: number;
  height: number;
}

export interface DesktopWindow {
  id: string;
  title: string;
  /** Empty where the system does not tell. */
  className: string;
  pid: number | null;
  /** On the screen, with its frame. */
  bounds: DesktopArea;
  /** `unknown` where the system does not tell. */
  state: 'normal' | 'maximized' | 'minimized' | 'fullscreen' | 'unknown';
  isActive: boolean;
}

/** Four bytes per pixel: red, green, blue, opacity. */
export interface Picture {
  width: number;
  height: number;
  data: Uint8Array;
}

export type MouseButton = 'left' | 'right' | 'middle';

/** What a hand does with the mouse, one after the other. */
export type MouseMove =
  | { kind: 'move'; to: DesktopPoint; durationMs: number; easing: 'linear' | 'easeIn' | 'easeOut' | 'easeInOut' }
  | { kind: 'press' | 'release'; button: MouseButton }
  /** Keys held down meanwhile, such as Control. */
  | { kind: 'hold' | 'letGo'; key: string }
  | { kind: 'wait'; ms: number }
  | { kind: 'scroll'; direction: 'up' | 'down' | 'left' | 'right'; clicks: number };

export type WindowAction = 'activate' | 'move' | 'resize' | 'maximize' | 'minimize' | 'restore' | 'close';

/** All that can be asked of a desktop: one line per request, with what goes in and what comes out. */
export interface DesktopCalls {
  screen: { input: object; output: { width: number; height: number } };
  windows: { input: object; output: DesktopWindow[] };
  changeWindow: { input: { id: string; action: WindowAction } & Partial<DesktopArea>; output: null };
  pointer: { input: object; output: DesktopPoint };
  mouse: { input: { moves: MouseMove[] }; output: null };
  type: { input: { text: string; delayMs: number }; output: null };
  /** Combinations one after the other; the keys of one are pressed in order and released in reverse. */
  keys: { input: { combinations: string[][]; holdMs: number; delayMs: number }; output: null };
  capture: { input: { area?: DesktopArea }; output: Picture };
  /** The text; null when there is none, an empty clipboard or a picture. */
  readClipboard: { input: object; output: string | null };
  writeClipboard: { input: { text: string }; output: null };
}

export type DesktopCall = keyof DesktopCalls;

/** The one desktop of this machine: screen, mouse, keyboard, windows and clipboard, used by one run at a time. */
export interface Desktop {
  /**
   * Waits for its turn at the desktop with the first call of a run; RESOURCE_BUSY names who has it. DESKTOP_MISSING without a
   * screen, DESKTOP_FAILED when the desktop refuses, DESKTOP_CRASHED when the process that works with it ended.
   */
  call<Name extends DesktopCall>(
    name: Name,
    input: DesktopCalls[Name]['input'],
    signal: AbortSignal,
  ): Promise<DesktopCalls[Name]['output']>;
  /** What a program needs to show its windows on this desktop. */
  readonly environment: Readonly<Record<string, string>>;
  /** Lets go of pressed keys and buttons, and of the desktop. */
  close(): Promise<void>;
}

export interface DesktopOptions {
  /** Variables that say which desktop is meant (DISPLAY, XAUTHORITY); default: those of this process. */
  environment?: Readonly<Record<string, string>>;
  /** What works with it. Default: our own on Linux, nut.js elsewhere. */
  driver?: 'x11' | 'nut';
  /** How long a run waits for its turn. Default 5 min. */
  waitMs?: number;
  /** File of desktop/child.ts, where the engine was bundled into one file. */
  program?: string | undefined;
  /** The Node that runs it. Default: the one of this process. */
  runtime?: string | undefined;
}

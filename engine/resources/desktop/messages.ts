import type { WireError } from '@casare/shared';
import type { DesktopCall } from '../desktop.ts';

/** What goes to the process that works with the desktop. */
export type DesktopOrder =
  | { kind: 'call'; id: number; name: DesktopCall; input: object }
  | { kind: 'cancel'; id: number }
  | { kind: 'close' };

/** What comes from it. */
export type DesktopAnswer =
  | { kind: 'ready' }
  | { kind: 'missing'; error: WireError }
  | { kind: 'done'; id: number; output: unknown }
  | { kind: 'fault'; id: number; error: WireError };

import type { DesktopCall, DesktopCalls } from '../desktop.ts';

/** How a desktop is worked with, one function per request. Another system is another driver. */
export type DesktopDriver = {
  [Name in DesktopCall]: (
    input: DesktopCalls[Name]['input'],
    signal: AbortSignal,
  ) => Promise<DesktopCalls[Name]['output']>;
} & {
  /** Lets go of pressed keys and buttons. */
  close(): Promise<void>;
};

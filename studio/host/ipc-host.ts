import type { HostAnswer, StudioHost } from '@casare/shared';
import { openAnswer } from './answer.ts';
import { createHostListeners, createSwitch } from './host-listeners.ts';

/** What the preload script puts on the window in Electron. */
export interface PreloadBridge {
  call: (name: string, request: unknown) => Promise<HostAnswer>;
  onEvent: (listener: (name: string, payload: unknown) => void) => () => void;
}

declare global {
  interface Window {
    casare?: PreloadBridge;
  }
}

/** The host behind Electron's IPC; it lives as long as the window does. */
export function createIpcHost(bridge: PreloadBridge): StudioHost {
  const listeners = createHostListeners();
  const connection = createSwitch(true);
  bridge.onEvent(listeners.emit);
  return {
    call: async (name, request) => openAnswer(name, await bridge.call(name, request)),
    on: listeners.on,
    onConnection: connection.watch,
  };
}

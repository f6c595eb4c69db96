import { AppError, HOST_CALL_CHANNEL, type HostAnswer, STUDIO_HOST_CALLS, toWire } from '@casare/shared';
import type { IpcMain, IpcMainInvokeEvent } from 'electron';
import { isStudioUrl } from './origin.ts';

/** The one channel pages can call. What comes through is data of a stranger: sender and name are checked here, arguments by the host. */
export function setupIpc(
  ipc: Pick<IpcMain, 'handle'>,
  call: (name: string, request: unknown) => Promise<HostAnswer>,
): void {
  ipc.handle(HOST_CALL_CHANNEL, async (event, name: unknown, request: unknown): Promise<HostAnswer> => {
    if (!isStudioPage(event)) return refused('FORBIDDEN', 'Only the studio itself may ask the host.');
    if (typeof name !== 'string' || !Object.hasOwn(STUDIO_HOST_CALLS, name))
      return refused('VALIDATION', 'The studio asked for something this host does not know. Start the program again.');
    return call(name, request);
  });
}

/** The page itself at its own address: no frame inside it, and nothing that was navigated elsewhere meanwhile. */
function isStudioPage({ senderFrame }: Pick<IpcMainInvokeEvent, 'senderFrame'>): boolean {
  return senderFrame !== null && senderFrame.parent === null && isStudioUrl(senderFrame.url);
}

function refused(code: 'FORBIDDEN' | 'VALIDATION', message: string): HostAnswer {
  return { ok: false, error: toWire(new AppError(code, message)) };
}

import type { StudioHost } from '@casare/shared';
import { createIpcHost } from './ipc-host.ts';
import { createSocketHost } from './socket-host.ts';

/** Where this page lives: in Electron, served by the host of this machine, or served by an orchestrator (then there is no host). */
export function findHost(page: { window: Window; document: Document }): StudioHost | undefined {
  if (page.window.casare) return createIpcHost(page.window.casare);
  const token = page.document.querySelector<HTMLMetaElement>('meta[name="casare-host-token"]')?.content;
  return token ? createSocketHost(token) : undefined;
}

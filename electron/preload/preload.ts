import { HOST_CALL_CHANNEL, HOST_EVENT_CHANNEL, type HostAnswer } from '@casare/shared';
import { contextBridge, ipcRenderer } from 'electron';

// All the page gets of Electron: one function to ask, one to listen. No event object of Electron ever reaches it.
contextBridge.exposeInMainWorld('casare', {
  call: (name: string, request: unknown): Promise<HostAnswer> => ipcRenderer.invoke(HOST_CALL_CHANNEL, name, request),
  onEvent(listener: (name: string, payload: unknown) => void): () => void {
    const relay = (_event: unknown, name: string, payload: unknown) => listener(name, payload);
    ipcRenderer.on(HOST_EVENT_CHANNEL, relay);
    return () => {
      ipcRenderer.off(HOST_EVENT_CHANNEL, relay);
    };
  },
});

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** Every address this process tries to connect to while `work` runs, whoever asks for it. */
export async function connectionsDuring(work: () => Promise<unknown>): Promise<string[]> {
  const seen: string[] = [];
  const watch = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    socket.on('connectionAttempt', (address: string) => seen.push(address));
  };
  subscribe('net.client.socket', watch);
  try {
    await work();
  } finally {
    unsubscribe('net.client.socket', watch);
  }
  return seen;
}

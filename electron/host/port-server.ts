import { type AppError, asAppError, fromWire, toWire } from '@casare/shared';
import type { HostPlaces, KeptSecret, MessageFromHost, MessageToHost } from '../host-messages.ts';
import { answerCall } from './calls.ts';
import type { StudioHostCore } from './host.ts';
import type { SecretStore } from './secret-store.ts';

/** The host's end of a message port, whatever makes it. */
export interface HostPort {
  post(message: MessageFromHost): void;
  listen(listener: (message: MessageToHost) => void): void;
}

/** Serves one host over a message port: calls, events, and secrets asked of the other side. `end` is called when all is closed. */
export function serveHost(
  port: HostPort,
  create: (places: HostPlaces, secrets: Record<KeptSecret, SecretStore>) => StudioHostCore,
  end: (code: number) => void,
): void {
  let host: StudioHostCore | undefined;
  const keychain = askForSecrets(port);

  function start(places: HostPlaces): void {
    try {
      host = create(places, keychain.stores);
    } catch (error) {
      // Main ends this process when it has read why; an exit here could be faster than the message.
      port.post({ type: 'failed', error: toWire(asAppError(error)) });
      return;
    }
    host.listen((name, payload) => port.post({ type: 'event', name, payload }));
    port.post({ type: 'ready' });
  }

  async function stop(): Promise<void> {
    await host?.close();
    end(0);
  }

  port.listen((message) => {
    if (message.type === 'start') start(message.places);
    else if (message.type === 'stop') stop().catch(() => end(1));
    else if (message.type === 'call' && host) {
      const { id } = message;
      void answerCall(host.handlers, message.name, message.request).then((answer) =>
        port.post({ type: 'answer', id, answer }),
      );
    } else if (message.type === 'secret') keychain.settle(message.id, (waiting) => waiting.resolve(message.value));
    else if (message.type === 'secretFailed')
      keychain.settle(message.id, (waiting) => waiting.reject(fromWire(message.error)));
  });
}

interface Waiting {
  resolve(value: string | null): void;
  reject(error: AppError): void;
}

/** The keychain is main's: this process has no way to it but the port. */
function askForSecrets(port: HostPort) {
  const waiting = new Map<number, Waiting>();
  let last = 0;
  const ask = (question: { which: KeptSecret; value?: string | null }) =>
    new Promise<string | null>((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      port.post({ type: 'secret', id: last, ...question });
    });
  const storeOf = (which: KeptSecret): SecretStore => ({
    get: () => ask({ which }),
    async set(value) {
      await ask({ which, value });
    },
  });
  return {
    stores: { fleetKey: storeOf('fleetKey'), vaultKey: storeOf('vaultKey') },
    settle(id: number, how: (entry: Waiting) => void) {
      const entry = waiting.get(id);
      waiting.delete(id);
      if (entry) how(entry);
    },
  };
}

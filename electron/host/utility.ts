import { fileURLToPath } from 'node:url';
import type { MessageFromHost, MessageToHost } from '../host-messages.ts';
import { createHost } from './host.ts';
import { serveHost } from './port-server.ts';

/** What Electron puts on `process` in a utility process; declared here because the host must build without Electron. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: MessageToHost }) => void): void;
  postMessage(message: MessageFromHost): void;
}

// The studio host inside Electron: the same handlers as in a browser session, over the port of the utility process.
const { parentPort } = process as unknown as { parentPort: ParentPort };

serveHost(
  {
    post: (message) => parentPort.postMessage(message),
    listen: (listener) => parentPort.on('message', ({ data }) => listener(data)),
  },
  ({ nodePath, ...places }, secrets) =>
    createHost({
      ...places,
      secrets: secrets.fleetKey,
      vaultSecret: secrets.vaultKey,
      // This file is a bundle: the programs the engine starts stand beside it (build/electron-build.ts).
      sandbox: {
        script: fileURLToPath(new URL('./sandbox-child.mjs', import.meta.url)),
        sqlite: fileURLToPath(new URL('./sqlite-child.mjs', import.meta.url)),
        pack: fileURLToPath(new URL('./pack-child.mjs', import.meta.url)),
        desktop: fileURLToPath(new URL('./desktop-child.mjs', import.meta.url)),
        pattern: new URL('./pattern-worker.mjs', import.meta.url),
        document: new URL('./document-worker.mjs', import.meta.url),
        ...(nodePath !== undefined && { runtime: nodePath }),
      },
    }),
  (code) => process.exit(code),
);

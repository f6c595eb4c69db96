import { startDocumentThread } from './document-thread.ts';
import type { DocumentAccess } from './documents.ts';
import { lendInTurn } from './lend-in-turn.ts';

/** Threads start with the first document, serve one after the other, and end with `close`. */
export function createDocumentAccess(program?: URL): DocumentAccess {
  const threads = lendInTurn(() => startDocumentThread(program), 2);
  return {
    run: (operation, input, options) =>
      // What an operation gives is held by its own type.
      threads.use(options.signal, (thread) =>
        thread.run(operation, input as unknown as Record<string, unknown>, options),
      ) as never,
    close: () => threads.close(),
  };
}

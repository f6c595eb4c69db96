import { createHash } from 'node:crypto';
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseWorkflow, type Workflow } from '@casare/shared';
import { writeFileAtomic } from '../atomic-file.ts';

/** The newest unsaved state of each document, kept apart from its file until it is saved or dropped. */
export interface Drafts {
  put(path: string, document: Workflow): Promise<void>;
  get(path: string): Promise<{ document: Workflow | null; savedAt: number | null }>;
  drop(path: string): Promise<void>;
}

export function openDrafts(folder: string): Drafts {
  const place = (path: string) => join(folder, `${createHash('sha256').update(path).digest('hex').slice(0, 32)}.json`);
  return {
    put: (path, document) => writeFileAtomic(place(path), JSON.stringify(document)),
    async get(path) {
      try {
        const [text, info] = await Promise.all([readFile(place(path), 'utf8'), stat(place(path))]);
        return { document: parseWorkflow(text), savedAt: info.mtimeMs };
      } catch {
        // No draft, or one that cannot be read: there is nothing to offer either way.
        return { document: null, savedAt: null };
      }
    },
    drop: (path) => rm(place(path), { force: true }),
  };
}

import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { AppError, parseWorkflow } from '@casare/shared';
import type { LoadedWorkflow } from '../run-options.ts';

const suffix = '.flow.json';

export interface WorkflowFolder {
  path: string;
  /** With everything below it. */
  deep: boolean;
}

/** Finds called workflows by the id in their files; the first folder that has one counts. */
export function findInFolders(folders: readonly WorkflowFolder[]): (id: string) => Promise<LoadedWorkflow> {
  return async (id) => {
    for (const folder of folders) {
      const found = await filesWith(folder, id);
      const [first] = found;
      if (found.length > 1)
        throw new AppError(
          'CONFLICT',
          `More than one file in ${folder.path} has the id "${id}": ${found.map(({ name }) => name).join(', ')}. Give all but one another id.`,
        );
      if (first) return { document: first.document };
    }
    const places = folders.map(({ path, deep }) => (deep ? `${path} and the folders in it` : path)).join(', ');
    throw new AppError('NOT_FOUND', `No file with the workflow "${id}" was found. Looked at *${suffix} in ${places}.`, {
      details: { workflowId: id },
    });
  };
}

async function filesWith({ path, deep }: WorkflowFolder, id: string) {
  const entries = await readdir(path, { recursive: deep, withFileTypes: true }).catch(() => []);
  const files = entries.filter(
    (entry) => entry.isFile() && entry.name.endsWith(suffix) && !entry.parentPath.includes('node_modules'),
  );
  const read = await Promise.all(files.map((entry) => readWith(path, join(entry.parentPath, entry.name), id)));
  return read.filter((one) => one !== undefined);
}

/** Files that cannot be read or hold something else are not what is looked for. */
async function readWith(folder: string, file: string, id: string) {
  try {
    const text = await readFile(file, 'utf8');
    if (!text.includes(`"${id}"`)) return undefined;
    const document = parseWorkflow(text);
    return document.id === id ? { name: relative(folder, file), document } : undefined;
  } catch {
    return undefined;
  }
}

import { createHash } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { AppError, type FileEntry, parseWorkflow, type Workflow } from '@casare/shared';
import { fileError, writeFileAtomic } from './atomic-file.ts';

const SUFFIX = '.flow.json';

/** Workflow documents in one folder of this machine. Paths are relative to it and never leave it. */
export interface WorkflowFiles {
  list(): Promise<FileEntry[]>;
  read(path: string): Promise<{ document: Workflow; etag: string }>;
  /** `etag` is what the caller read last; null: the file must not exist. VERSION_CONFLICT otherwise. */
  save(path: string, document: Workflow, etag: string | null): Promise<{ etag: string }>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Folder of a document, where its relative files are looked for. */
  folderOf(path: string): string;
}

export function openWorkflowFiles(folder: string): WorkflowFiles {
  const root = resolve(folder);

  function locate(path: string): string {
    const full = resolve(root, path);
    if (!path.endsWith(SUFFIX) || path.includes('\0') || !full.startsWith(root + sep)) {
      throw new AppError(
        'FILE_ACCESS',
        `"${path}" is not a place for a workflow: use a name that ends in ${SUFFIX} inside the workflows folder.`,
      );
    }
    return full;
  }

  async function currentEtag(full: string): Promise<string | null> {
    try {
      return etagOf(await readFile(full));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw fileError(error, full);
    }
  }

  return {
    async list() {
      await mkdir(root, { recursive: true });
      const names = await readdir(root, { recursive: true });
      const entries = await Promise.all(
        names
          .filter((name) => name.endsWith(SUFFIX) && !name.includes('node_modules'))
          .map((name) => describe(root, name)),
      );
      return entries.sort((a, b) => b.modifiedAt - a.modifiedAt);
    },
    async read(path) {
      const full = locate(path);
      const bytes = await readFile(full).catch((error: unknown) => {
        throw fileError(error, path);
      });
      return { document: parseWorkflow(bytes.toString('utf8')), etag: etagOf(bytes) };
    },
    async save(path, document, etag) {
      const full = locate(path);
      const current = await currentEtag(full);
      if (current !== etag) {
        const message =
          current === null
            ? `"${path}" was deleted meanwhile. Save it as a new file.`
            : etag === null
              ? `"${path}" exists already. Choose another name, or open it.`
              : `"${path}" was changed by another program since it was opened. Load it again, save under another name, or overwrite it.`;
        throw new AppError(etag === null ? 'FILE_EXISTS' : 'VERSION_CONFLICT', message, {
          details: { path, etag: current },
        });
      }
      const text = `${JSON.stringify(document, null, 2)}\n`;
      await writeFileAtomic(full, text);
      return { etag: etagOf(Buffer.from(text)) };
    },
    async rename(from, to) {
      const [source, target] = [locate(from), locate(to)];
      const taken = await access(target).then(
        () => true,
        () => false,
      );
      if (taken) throw new AppError('FILE_EXISTS', `"${to}" exists already. Choose another name.`);
      await mkdir(dirname(target), { recursive: true });
      await rename(source, target).catch((error: unknown) => {
        throw fileError(error, from);
      });
    },
    async remove(path) {
      await rm(locate(path)).catch((error: unknown) => {
        throw fileError(error, path);
      });
    },
    folderOf: (path) => dirname(locate(path)),
  };
}

async function describe(root: string, name: string): Promise<FileEntry> {
  const full = join(root, name);
  const [info, text] = await Promise.all([stat(full), readFile(full, 'utf8')]);
  const entry = { path: relative(root, full).split(sep).join('/'), modifiedAt: info.mtimeMs };
  try {
    return { ...entry, name: parseWorkflow(text).name, broken: false };
  } catch {
    return { ...entry, name: basename(name, SUFFIX), broken: true };
  }
}

function etagOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}

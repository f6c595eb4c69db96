import { createHash } from 'node:crypto';
import { access, lstat, mkdir, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { AppError, type FileEntry, parseWorkflow, type Workflow } from '@casare/shared';
import { fileError, writeFileAtomic } from '../atomic-file.ts';

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

  let last: Promise<unknown> = Promise.resolve();

  function locate(path: string): string {
    const full = resolve(root, path);
    if (!path.endsWith(SUFFIX) || path.includes('\0') || !full.startsWith(root + sep)) throw outside(path);
    return full;
  }

  /** As `locate`, and no link on the way leads out of the folder. */
  async function locateReal(path: string): Promise<string> {
    const full = locate(path);
    const [realRoot, real] = await Promise.all([realpathOfExisting(root), realpathOfExisting(full)]);
    if (real !== realRoot && !real.startsWith(realRoot + sep)) throw outside(path);
    return full;
  }

  /** Changes one after the other: what one has checked must still hold when it writes. */
  function inTurn<Result>(change: () => Promise<Result>): Promise<Result> {
    const turn = last.then(change);
    last = turn.catch(() => undefined);
    return turn;
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
      const found = await readdir(root, { recursive: true, withFileTypes: true });
      const entries = await Promise.all(
        found
          .filter(
            (entry) => entry.isFile() && entry.name.endsWith(SUFFIX) && !entry.parentPath.includes('node_modules'),
          )
          .map((entry) => describe(root, join(entry.parentPath, entry.name))),
      );
      return entries.filter((entry) => entry !== undefined).sort((a, b) => b.modifiedAt - a.modifiedAt);
    },
    async read(path) {
      const full = await locateReal(path);
      const bytes = await readFile(full).catch((error: unknown) => {
        throw fileError(error, path);
      });
      return { document: parseWorkflow(bytes.toString('utf8')), etag: etagOf(bytes) };
    },
    save: (path, document, etag) =>
      inTurn(async () => {
        const full = await locateReal(path);
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
      }),
    rename: (from, to) =>
      inTurn(async () => {
        const [source, target] = [await locateReal(from), await locateReal(to)];
        const taken = await access(target).then(
          () => true,
          () => false,
        );
        if (taken) throw new AppError('FILE_EXISTS', `"${to}" exists already. Choose another name.`);
        await mkdir(dirname(target), { recursive: true });
        await rename(source, target).catch((error: unknown) => {
          throw fileError(error, from);
        });
      }),
    remove: (path) =>
      inTurn(async () => {
        await rm(await locateReal(path)).catch((error: unknown) => {
          throw fileError(error, path);
        });
      }),
    folderOf: (path) => dirname(locate(path)),
  };
}

function outside(path: string): AppError {
  return new AppError(
    'FILE_ACCESS',
    `"${path}" is not a place for a workflow: use a name that ends in ${SUFFIX} inside the workflows folder.`,
  );
}

/** Where a path leads when links are followed, as far as it exists. */
async function realpathOfExisting(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // A link to nothing: what is written through it would land where it points.
    if (code === 'ENOENT' && (await isLink(path))) return sep;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw fileError(error, path);
    const parent = dirname(path);
    return parent === path ? path : join(await realpathOfExisting(parent), basename(path));
  }
}

async function isLink(path: string): Promise<boolean> {
  return lstat(path).then(
    (info) => info.isSymbolicLink(),
    () => false,
  );
}

/** Undefined: it went away while the list was made. */
async function describe(root: string, full: string): Promise<FileEntry | undefined> {
  const [info, text] = await Promise.all([stat(full), readFile(full, 'utf8')]).catch(() => []);
  if (!info || text === undefined) return undefined;
  const entry = { path: relative(root, full).split(sep).join('/'), modifiedAt: info.mtimeMs };
  try {
    const { name, id } = parseWorkflow(text);
    return { ...entry, name, workflowId: id, broken: false };
  } catch {
    return { ...entry, name: basename(full, SUFFIX), workflowId: null, broken: true };
  }
}

function etagOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}

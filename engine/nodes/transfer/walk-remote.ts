import { AppError } from '@casare/shared';
import type { NodeContext } from '../../define-node.ts';
import { joinRemote, nameOfRemote } from '../../resources/remotes/remote-path.ts';
import type { RemoteEntry, RemoteFiles } from '../../resources/remotes.ts';

export interface FoundRemote extends RemoteEntry {
  /** From the folder that was searched, with forward slashes. */
  relative: string;
}

const maxEntries = 200_000;

/** What stands in a folder of a server. Links are listed but never followed: they may lead round in a circle. */
export async function walkRemote(
  remote: RemoteFiles,
  folder: string,
  recursive: boolean,
  signal: AbortSignal,
): Promise<FoundRemote[]> {
  const found: FoundRemote[] = [];
  const open: [path: string, relative: string][] = [[folder, '']];
  for (let next = open.shift(); next; next = open.shift()) {
    signal.throwIfAborted();
    const [path, relative] = next;
    for (const entry of (await remote.list(path)).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      // A server that gives such names wants to write somewhere else.
      if (/[/\\\0]/.test(entry.name) || entry.name === '..') continue;
      const item = { ...entry, relative: relative + entry.name };
      found.push(item);
      if (entry.kind === 'folder' && recursive) open.push([entry.path, `${item.relative}/`]);
    }
    if (found.length > maxEntries)
      throw new AppError(
        'PAYLOAD_TOO_LARGE',
        `"${folder}" holds more than ${maxEntries} entries. Choose a folder further inside.`,
      );
  }
  return found;
}

/** Makes the folder and those above it; `known` spares asking twice. */
export async function makeFolders(remote: RemoteFiles, folder: string, known = new Set<string>()): Promise<boolean> {
  const parts = folder.split('/').filter((part) => part !== '');
  let path = folder.startsWith('/') ? '/' : '';
  let isNew = false;
  for (const part of parts) {
    path = joinRemote(path, part);
    if (part === '.' || part === '..' || known.has(path)) continue;
    isNew = await remote.makeFolder(path);
    known.add(path);
  }
  return isNew;
}

/** A path that ends in a slash, or is a folder there, keeps the name. */
export async function targetIn(remote: RemoteFiles, to: string, name: string): Promise<string> {
  if (to.endsWith('/') || (await remote.info(to))?.kind === 'folder') return joinRemote(to, name);
  return to;
}

export async function mustExist(remote: RemoteFiles, path: string): Promise<RemoteEntry> {
  const entry = await remote.info(path);
  if (entry) return entry;
  throw new AppError('FILE_NOT_FOUND', `"${path}" is not on the server. Check the path.`, { details: { path } });
}

/** Tells the progress at most a hundred times per step. */
export function progressOf(ctx: NodeContext, totalBytes: number) {
  let [done, told] = [0, 0];
  return (bytes: number, path: string) => {
    done += bytes;
    if (totalBytes === 0 || done / totalBytes < told + 0.01) return;
    told = Math.min(1, done / totalBytes);
    ctx.progress(told, nameOfRemote(path));
  };
}

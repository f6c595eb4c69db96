import { createHash, randomUUID } from 'node:crypto';
import { access, cp, mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Where things go that the user `postgres` must reach although it may not enter the folder of the product (a clone in /root). */
const sharedRoot = '/var/lib/casare-rpa';

/** The folder itself, or one that stands for it where other users cannot pass to it; always the same one for the same folder. */
export async function reachableFolder(folder: string): Promise<string> {
  if (await isOpen(folder)) return folder;
  return join(sharedRoot, createHash('sha256').update(folder).digest('hex').slice(0, 16));
}

/** The programs in `bin` where they are, or from a copy of their whole tree that other users can reach. */
export async function reachablePrograms<P extends object>(programs: P): Promise<P> {
  const [first = ''] = Object.values(programs) as string[];
  const tree = dirname(dirname(first));
  if (await isOpen(tree)) return programs;
  const { mtimeMs, ino } = await stat(first);
  const copy = join(
    sharedRoot,
    `postgresql-${createHash('sha256').update(`${tree}:${mtimeMs}:${ino}`).digest('hex').slice(0, 16)}`,
  );
  const isThere = await access(join(copy, 'bin')).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    await mkdir(sharedRoot, { recursive: true, mode: 0o755 });
    // Whole or not at all: a start that is killed half way must not leave half a server behind.
    const partial = `${copy}.${randomUUID().slice(0, 8)}`;
    await cp(tree, partial, { recursive: true, verbatimSymlinks: true });
    await rename(partial, copy).catch(() => rm(partial, { recursive: true, force: true }));
  }
  return Object.fromEntries(
    Object.entries(programs as Record<string, string>).map(([name, path]) => [name, join(copy, 'bin', basename(path))]),
  ) as P;
}

/** Whether any user may pass through every folder down to `path`; folders still to be made count as open. */
async function isOpen(path: string): Promise<boolean> {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const mode = await stat(folder).then(
      (info) => info.mode,
      () => 0o001,
    );
    if ((mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

import { mkdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { NodeContext } from '../../define-node.ts';
import { walk } from '../../paths/walk.ts';

/** Copies a file or a whole folder; returns how many files. Links are left out. */
export async function copyTree(
  ctx: NodeContext,
  from: string,
  to: string,
  overwrite: boolean,
): Promise<{ path: string; files: number }> {
  const source = await ctx.files.readable(from);
  if (!(await stat(source)).isDirectory()) {
    const target = await targetOf(ctx, source, to);
    return { path: await copyFile(ctx, source, target, overwrite), files: 1 };
  }
  const entries = await walk(source, true, ctx.signal);
  const root = await ctx.files.locate(to);
  await makeFolder(ctx, root);
  let files = 0;
  for (const [i, { path, relative, kind }] of entries.entries()) {
    const target = join(root, relative);
    if (kind === 'folder') await makeFolder(ctx, target);
    else {
      await copyFile(ctx, path, target, overwrite);
      files++;
    }
    ctx.progress((i + 1) / entries.length);
  }
  return { path: root, files };
}

/** Into a folder that exists, a file keeps its name. */
export async function targetOf(ctx: NodeContext, source: string, to: string): Promise<string> {
  const target = await ctx.files.locate(to);
  const existing = await stat(target).catch(() => undefined);
  return existing?.isDirectory() || /[\\/]$/.test(to) ? join(target, basename(source)) : target;
}

async function copyFile(ctx: NodeContext, source: string, target: string, overwrite: boolean): Promise<string> {
  // Refused before a single byte is read.
  await ctx.files.writable(target, { overwrite });
  const handle = await ctx.files.open(source);
  const content = handle.createReadStream({ signal: ctx.signal }) as AsyncIterable<Uint8Array>;
  return (await ctx.files.write(target, content, { overwrite, signal: ctx.signal })).path;
}

async function makeFolder(ctx: NodeContext, folder: string): Promise<void> {
  // The policy looks at the parent of a file, so it is asked for a file that would stand in the folder.
  await ctx.files.locate(join(folder, 'file'));
  await mkdir(folder, { recursive: true });
}

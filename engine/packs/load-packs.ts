import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asAppError, nodeDescriptorSchema } from '@casare/shared';
import { z } from 'zod';
import type { NodeDefinition } from '../define-node.ts';
import { builtinNodes } from '../nodes/index.ts';
import { checkPack } from './check-pack.ts';
import { type BrokenPack, findPacks, type FoundPack } from './find-packs.ts';
import { definePackNode } from './pack-definition.ts';
import { type PackProcessOptions, startPackProcess } from './pack-process.ts';

export interface LoadedPacks {
  packs: { pack: FoundPack; nodes: NodeDefinition[] }[];
  broken: BrokenPack[];
  /** The nodes of all packs that can be used. */
  nodes: NodeDefinition[];
}

const describedSchema = z.array(
  z.object({
    descriptor: nodeDescriptorSchema,
    examples: z.array(z.object({ title: z.string(), params: z.record(z.string(), z.unknown()) })),
  }),
);

/**
 * The packs of a folder, each described by its own process and checked; never throws for what is in a pack. What a pack said is kept
 * in `<folder>/.casare` until its files change, so that a start does not have to ask again.
 */
export async function loadPacks(folder: string | undefined, options?: PackProcessOptions): Promise<LoadedPacks> {
  const loaded: LoadedPacks = { packs: [], broken: [], nodes: [] };
  if (folder === undefined) return loaded;
  const { found, broken } = await findPacks(folder);
  loaded.broken.push(...broken);
  const types = new Set(builtinNodes.map((node) => node.type));
  const prefixes = new Map<string, string>();
  for (const pack of found) {
    try {
      const other = prefixes.get(pack.prefix);
      if (other !== undefined)
        throw new Error(`the pack "${other}" has the same prefix "${pack.prefix}"; remove one of them`);
      const nodes = await describePack(pack, types, join(folder, '.casare'), options);
      prefixes.set(pack.prefix, pack.name);
      loaded.packs.push({ pack, nodes });
      loaded.nodes.push(...nodes);
    } catch (error) {
      loaded.broken.push({ name: pack.name, folder: pack.folder, message: asAppError(error).message });
    }
  }
  return loaded;
}

/** The nodes of one pack. Throws PACK_INVALID with every fault, PACK_CRASHED. */
export async function describePack(
  pack: FoundPack,
  builtin: ReadonlySet<string>,
  cacheFolder?: string,
  options?: PackProcessOptions,
): Promise<NodeDefinition[]> {
  const file = cacheFolder && join(cacheFolder, `${await fingerprint(pack.folder)}.json`);
  const kept = file === undefined ? undefined : await readCache(file);
  const described = kept ?? (await askPack(pack, options));
  const faults = checkPack(pack, described, builtin);
  if (faults.length > 0) throw new Error(faults.join('; '));
  if (file !== undefined && kept === undefined) await writeCache(file, described);
  return described.map((node) => definePackNode(pack, node));
}

async function askPack(pack: FoundPack, options?: PackProcessOptions) {
  const process = startPackProcess(pack, options);
  try {
    return await process.describe();
  } finally {
    await process.kill();
  }
}

/** Changes whenever a file of the pack does. */
async function fingerprint(folder: string): Promise<string> {
  const hash = createHash('sha256').update(folder);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if (path.includes('node_modules', folder.length)) continue;
    const { size, mtimeMs } = await stat(path);
    hash.update(`${path}\n${size}\n${mtimeMs}\n`);
  }
  return hash.digest('hex').slice(0, 32);
}

async function readCache(file: string): Promise<z.infer<typeof describedSchema> | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return describedSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** A folder that cannot be written costs time at the next start, nothing else. */
async function writeCache(file: string, described: unknown): Promise<void> {
  try {
    await mkdir(join(file, '..'), { recursive: true });
    const partial = `${file}.${process.pid}`;
    await writeFile(partial, JSON.stringify(described));
    await rename(partial, file);
  } catch {}
}

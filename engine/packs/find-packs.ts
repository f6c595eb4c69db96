import { type Dirent, existsSync } from 'node:fs';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { z } from 'zod';
import type { PackSource } from './pack-process.ts';

export interface FoundPack extends PackSource {
  version: string;
  description: string;
  /** First part of the type of every node in it. */
  prefix: string;
}

/** What could not be used, and why. */
export interface BrokenPack {
  name: string;
  folder: string;
  message: string;
}

const packageSchema = z.object({
  name: z.string().min(1).max(214),
  version: z.string().min(1).max(100).default('0.0.0'),
  description: z.string().default(''),
  casare: z.object({
    nodes: z.string().min(1).max(500),
    prefix: z
      .string()
      .regex(/^[a-z][a-zA-Z0-9]{1,31}$/, 'a small letter, then letters and digits, 2 to 32 in all')
      .optional(),
  }),
});

/** The packages below `<folder>/node_modules` with `casare.nodes` in their package.json. A folder that does not exist holds none. */
export async function findPacks(folder: string): Promise<{ found: FoundPack[]; broken: BrokenPack[] }> {
  const found: FoundPack[] = [];
  const broken: BrokenPack[] = [];
  for (const path of await packageFolders(join(folder, 'node_modules'))) {
    const pack = await readPack(path);
    if (pack === undefined) continue;
    if ('message' in pack) broken.push(pack);
    else found.push(pack);
  }
  return { found, broken };
}

async function packageFolders(modules: string): Promise<string[]> {
  const folders: string[] = [];
  for (const entry of await list(modules)) {
    if (entry.name.startsWith('.')) continue;
    const path = join(modules, entry.name);
    if (entry.name.startsWith('@')) folders.push(...(await list(path)).map((inner) => join(path, inner.name)));
    else folders.push(path);
  }
  return folders.sort();
}

async function list(folder: string): Promise<Dirent[]> {
  return readdir(folder, { withFileTypes: true }).catch(() => []);
}

/** Undefined for a package that is no pack. */
export async function readPack(path: string): Promise<FoundPack | BrokenPack | undefined> {
  const text = await readFile(join(path, 'package.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  let json: { name?: unknown; casare?: unknown };
  try {
    json = JSON.parse(text) as typeof json;
  } catch {
    return undefined;
  }
  if (json?.casare === undefined) return undefined;
  const name = typeof json.name === 'string' ? json.name : path;
  const refused = (message: string): BrokenPack => ({ name, folder: path, message });
  const parsed = packageSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return refused(`package.json: ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { casare, version, description } = parsed.data;
  const folder = await realpath(path);
  const entry = await realpath(join(folder, casare.nodes)).catch(() => undefined);
  if (entry === undefined || !existsSync(entry)) return refused(`its module "${casare.nodes}" does not exist`);
  if (!entry.startsWith(folder + sep)) return refused(`its module "${casare.nodes}" lies outside of it`);
  return { name, version, description, folder, entry, prefix: casare.prefix ?? prefixOf(name) };
}

/** `@acme/casare-invoices` → `invoices` */
function prefixOf(name: string): string {
  const last = name.split('/').at(-1) ?? name;
  const words = last.replace(/^casare-(?:pack-)?/, '').split(/[^a-zA-Z0-9]+/);
  return words.map((word, i) => (i === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1))).join('');
}

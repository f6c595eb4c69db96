import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Generator, generators } from './generators.ts';

/** The paths of generated files that differ from what their generator gives now. */
export async function findStale(root: string, list: readonly Generator[] = generators): Promise<string[]> {
  const stale: string[] = [];
  for (const { path, generate } of list) {
    const current = await readFile(join(root, path), 'utf8').catch(() => undefined);
    // A checkout on Windows may carry CRLF; the content is what counts.
    if (current?.replaceAll('\r\n', '\n') !== (await generate())) stale.push(path);
  }
  return stale;
}

export async function writeGenerated(root: string, list: readonly Generator[] = generators): Promise<string[]> {
  const stale = await findStale(root, list);
  for (const { path, generate } of list.filter((generator) => stale.includes(generator.path))) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), await generate());
  }
  return stale;
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  if (process.argv.includes('--check')) {
    const stale = await findStale(root);
    for (const path of stale) console.log(`${path} is out of date: run "npm run generate" and commit it.`);
    process.exitCode = stale.length > 0 ? 1 : 0;
  } else {
    const written = await writeGenerated(root);
    console.log(written.length > 0 ? `Written: ${written.join(', ')}` : 'Every generated file is up to date.');
  }
}

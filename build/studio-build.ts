import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listFiles } from './source-files.ts';
import { binOf, root, runTool } from './run-tool.ts';

/** What ends up in the bundle, or decides how it is made. */
const sources = /^(studio\/|shared\/|engine\/catalog\.json$|package-lock\.json$|tsconfig\.json$)/;

/** Build studio/dist unless it was made from exactly these sources. Gives a line to print; throws when vite fails. */
export async function ensureStudioBuild(): Promise<string> {
  const stamp = join(root, 'studio', 'dist', '.built-from');
  const now = hashSources();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return 'The studio is built already.';
  const { code, output } = await runTool(binOf('vite', 'bin/vite.js'), ['build', '--logLevel', 'warn'], {
    cwd: join(root, 'studio'),
  });
  if (code !== 0) throw new Error(`The studio could not be built:\n${output}`);
  writeFileSync(stamp, now);
  return `${output}The studio was built.`;
}

function hashSources(): string {
  const hash = createHash('sha256');
  for (const file of listFiles(root).filter((path) => sources.test(path))) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

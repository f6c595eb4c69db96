import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

const neverSource = new Set([
  'node_modules',
  'dist',
  '.git',
  '.casare',
  'test-results',
  'playwright-report',
  'coverage',
]);

/** The repository's own files, relative with forward slashes: what git tracks or would track, else a walk. */
export function listFiles(root: string): string[] {
  if (!existsSync(join(root, '.git'))) return walk(root, root).sort();
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  // A file deleted but not yet committed is still listed by git.
  return listed.split('\0').filter((file) => file !== '' && existsSync(join(root, file)));
}

function walk(root: string, folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return neverSource.has(entry.name) ? [] : walk(root, path);
    return [relative(root, path).split(sep).join('/')];
  });
}

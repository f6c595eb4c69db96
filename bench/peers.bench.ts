import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

// Other engines on this machine, for figures to stand beside ours: `npm run bench -- engine peers`. They are installed on first use, in a folder of
// their own, and are no part of the product.

const folder = join(import.meta.dirname, 'peers');
if (!existsSync(join(folder, 'node_modules'))) {
  console.error('Installing the other engines (once; about a minute) …');
  const args = ['install', '--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', args, {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error('The other engines could not be installed. Check the npm registry connection.');
}
for (const peer of ['node-red.mjs', 'n8n.mjs']) {
  const child = spawn(process.execPath, [join(folder, peer)], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${peer} ended with code ${String(code)}`);
}

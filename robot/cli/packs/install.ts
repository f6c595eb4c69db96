import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { loadPacks } from '@casare/engine';
import { AppError } from '@casare/shared';
import { type CommandContext, defineCommand } from '../define-command.ts';
import { packsFolder } from './packs-folder.ts';

export const packsAdd = defineCommand({
  usage: 'packs add <package>',
  summary: 'Install a pack: a package name, an address, a .tgz file or a folder',
  async run(ctx, [spec = '']) {
    const folder = packsFolder(ctx.env);
    await prepare(folder);
    const before = new Set((await loadPacks(folder)).packs.map(({ pack }) => `${pack.name}@${pack.version}`));
    // Install scripts are code that runs outside of every wall, so none does.
    const what = existsSync(spec) ? resolve(spec) : spec;
    await npm(ctx, folder, ['install', '--ignore-scripts', '--install-links', '--save-exact', what]);
    const { packs, broken } = await loadPacks(folder);
    const added = packs.filter(({ pack }) => !before.has(`${pack.name}@${pack.version}`));
    if (added.length === 0 && broken.length > 0)
      throw new AppError(
        'PACK_INVALID',
        `"${spec}" is installed and cannot be used: ${broken.map((pack) => `${pack.name}: ${pack.message}`).join('; ')}`,
      );
    const names = added.map(({ pack, nodes }) => `${pack.name} ${pack.version} with ${nodes.length} nodes`);
    ctx.out.result(
      {
        added: added.map(({ pack, nodes }) => ({
          name: pack.name,
          version: pack.version,
          nodes: nodes.map((node) => node.type),
        })),
      },
      names.length > 0
        ? `added ${names.join(', ')}`
        : `"${spec}" brought no new pack: it was there already, or it is none.`,
    );
  },
});

export const packsRemove = defineCommand({
  usage: 'packs remove <name>',
  summary: 'Remove a pack',
  async run(ctx, [name = '']) {
    const folder = packsFolder(ctx.env);
    if (!existsSync(join(folder, 'node_modules', name, 'package.json')))
      throw new AppError(
        'NOT_FOUND',
        `There is no pack "${name}" in ${folder}. "casare packs list" shows those that are.`,
      );
    await npm(ctx, folder, ['uninstall', '--ignore-scripts', name]);
    ctx.out.result({ removed: name }, `removed ${name}`);
  },
});

async function prepare(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'package.json');
  if (!existsSync(file)) await writeFile(file, `${JSON.stringify({ name: 'casare-packs', private: true }, null, 2)}\n`);
}

async function npm(ctx: CommandContext, folder: string, args: readonly string[]): Promise<void> {
  let words = '';
  const code = await new Promise<number | null>((done, fail) => {
    const child = spawn('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: folder,
      env: { ...ctx.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
      signal: ctx.signal,
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (words += chunk.toString()));
    child.once('error', fail);
    child.once('close', done);
  });
  if (code !== 0)
    throw new AppError('NODE_FAILED', `npm could not ${args[0]} it:\n${words.trim().slice(-2000)}`, {
      retryable: true,
    });
}

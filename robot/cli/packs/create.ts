import { existsSync } from 'node:fs';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '@casare/shared';
import { defineCommand, textOption } from '../define-command.ts';

const template = fileURLToPath(new URL('./template', import.meta.url));

export const packsCreate = defineCommand({
  usage: 'packs create <name>',
  summary: 'Begin a pack of your own: a package with two nodes and their tests',
  options: [{ flags: '--folder <path>', description: 'where it is made (default: ./<name>)' }],
  async run(ctx, [name = ''], options) {
    if (!/^[a-z][a-z0-9]{1,31}$/.test(name))
      throw new AppError('USAGE', `"${name}" cannot be the name: 2 to 32 small letters and digits, a letter first.`);
    const folder = resolve(textOption(options, 'folder') ?? name);
    if (existsSync(folder) && (await readdir(folder)).length > 0)
      throw new AppError('FILE_EXISTS', `"${folder}" is not empty. Choose another folder with --folder.`);
    await cp(template, folder, { recursive: true });
    for (const file of await readdir(folder)) {
      const path = join(folder, file);
      await writeFile(path, (await readFile(path, 'utf8')).replaceAll('yourpack', name));
    }
    ctx.out.result(
      { folder },
      [
        `made ${folder}`,
        'next:',
        `  casare packs check ${folder}`,
        `  casare packs add ${folder}`,
        `  casare nodes ${name}`,
      ].join('\n'),
    );
  },
});

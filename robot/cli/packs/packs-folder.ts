import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { builtinNodes, createRegistry, loadPacks, type Registry } from '@casare/engine';
import type { CommandContext } from '../define-command.ts';

/** Where packs are installed: CASARE_PACKS, else `~/.casare/packs`. */
export function packsFolder(env: NodeJS.ProcessEnv): string {
  return resolve(env['CASARE_PACKS'] || join(homedir(), '.casare', 'packs'));
}

/** Everything this machine can run: the product's nodes and those of the packs installed here. Packs that cannot be used are told. */
export async function openRegistry(ctx: CommandContext): Promise<Registry> {
  const { nodes, broken } = await loadPacks(packsFolder(ctx.env));
  for (const pack of broken) ctx.out.note(`The pack "${pack.name}" is not used: ${pack.message}`);
  return createRegistry([...builtinNodes, ...nodes]);
}

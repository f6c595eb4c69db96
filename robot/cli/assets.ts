import {
  AppError,
  type Asset,
  type AssetKind,
  assetKindSchema,
  assetSchema,
  pageOf,
  robotSchema,
} from '@casare/shared';
import { z } from 'zod';
import { localFile, localOptions } from './credentials.ts';
import { type CommandContext, defineCommand, textOption } from './define-command.ts';
import { localVault } from './local-vault.ts';

const page = pageOf(assetSchema);

export const assetsList = defineCommand({
  usage: 'assets list',
  summary: 'List assets with their values',
  remote: true,
  options: localOptions,
  async run(ctx, _args, options) {
    if (options.local === true) {
      const { assets } = await localVault(localFile(options)).names();
      ctx.out.result({ items: assets }, ctx.out.table(assets, ['name', 'kind']));
      return;
    }
    const found = await ctx.orchestrator().call('GET', '/assets', page, { query: { limit: 500 }, signal: ctx.signal });
    const rows = found.items.map((one) => ({
      ...one,
      robots: one.robotValues.length,
      changed: one.updatedAt.slice(0, 16),
    }));
    ctx.out.result(found, ctx.out.table(rows, ['id', 'name', 'kind', 'value', 'robots', 'changed']));
  },
});

export const assetsSet = defineCommand({
  usage: 'assets set <name> <value>',
  summary: 'Make an asset, or change its value: JSON, or a text',
  remote: true,
  options: [
    { flags: '--kind <kind>', description: `${assetKindSchema.options.join(', ')} (default: what the value is)` },
    { flags: '--robot <name>', description: 'the value for this robot only' },
    { flags: '--description <text>', description: 'what it is for' },
    ...localOptions,
  ],
  async run(ctx, [name = '', text = ''], options) {
    const given = textOption(options, 'kind');
    if (options.local === true) {
      const kind = kindOf(given, text, undefined);
      await localVault(localFile(options)).setAsset(name, kind, valueOf(text, kind));
      ctx.out.result({ name, kind }, `"${name}" is set on this machine`);
      return;
    }
    const client = ctx.orchestrator();
    const before = await findByName(ctx, name);
    const kind = kindOf(given, text, before?.kind);
    const value = valueOf(text, kind);
    const robotName = textOption(options, 'robot');
    const robotId = robotName === undefined ? undefined : await robotIdOf(ctx, robotName);
    const description = textOption(options, 'description');
    const about = description === undefined ? {} : { description };
    let after: Asset;
    if (!before) {
      if (robotId !== undefined)
        throw new AppError(
          'USAGE',
          `There is no asset "${name}" yet. Set the value for all robots first, without --robot.`,
        );
      after = await client.call('POST', '/assets', assetSchema, {
        body: { name, kind, value, ...about },
        signal: ctx.signal,
      });
    } else {
      const others = before.robotValues.filter((one) => one.robotId !== robotId);
      const change = robotId === undefined ? { value } : { robotValues: [...others, { robotId, value }] };
      after = await client.call('PUT', `/assets/${before.id}`, assetSchema, {
        body: { ...change, ...about },
        signal: ctx.signal,
      });
    }
    ctx.out.result(after, `"${name}" is set${robotName === undefined ? '' : ` for ${robotName}`}`);
  },
});

export const assetsDelete = defineCommand({
  usage: 'assets delete <name>',
  summary: 'Delete an asset; refused while published workflows use it',
  remote: true,
  options: [{ flags: '--force', description: 'also when workflows use it' }, ...localOptions],
  async run(ctx, [name = ''], options) {
    if (options.local === true) await localVault(localFile(options)).removeAsset(name);
    else {
      const asset = await findByName(ctx, name);
      if (!asset) throw new AppError('NOT_FOUND', `There is no asset "${name}". See: casare assets list`);
      await ctx.orchestrator().call('DELETE', `/assets/${asset.id}`, z.unknown(), {
        query: { force: String(options.force === true) },
        signal: ctx.signal,
      });
    }
    ctx.out.result({ name, deleted: true }, `deleted "${name}"`);
  },
});

async function findByName(ctx: CommandContext, name: string): Promise<Asset | undefined> {
  const found = await ctx
    .orchestrator()
    .call('GET', '/assets', page, { query: { search: name, limit: 500 }, signal: ctx.signal });
  return found.items.find((one) => one.name === name);
}

async function robotIdOf(ctx: CommandContext, name: string): Promise<string> {
  const { items } = await ctx
    .orchestrator()
    .call('GET', '/robots', pageOf(robotSchema), { query: { limit: 500 }, signal: ctx.signal });
  const found = items.find((robot) => robot.name === name);
  if (found) return found.id;
  throw new AppError('NOT_FOUND', `There is no robot "${name}".`);
}

function kindOf(given: string | undefined, text: string, known: AssetKind | undefined): AssetKind {
  if (given !== undefined) {
    const parsed = assetKindSchema.safeParse(given);
    if (!parsed.success) throw new AppError('USAGE', `--kind is one of ${assetKindSchema.options.join(', ')}.`);
    if (known !== undefined && known !== parsed.data)
      throw new AppError(
        'USAGE',
        `It is of the kind "${known}", which stays. Make another one for the kind "${parsed.data}".`,
      );
    return parsed.data;
  }
  if (known !== undefined) return known;
  const value = parseJson(text);
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean') return 'boolean';
  return typeof value === 'object' && value !== null ? 'json' : 'text';
}

function valueOf(text: string, kind: AssetKind): Asset['value'] {
  if (kind === 'text' || kind === 'credential') return text;
  const value = parseJson(text);
  if (value === undefined)
    throw new AppError('USAGE', `The value of an asset of the kind "${kind}" is JSON, e.g. 10 or {"a":1}.`);
  return value as Asset['value'];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

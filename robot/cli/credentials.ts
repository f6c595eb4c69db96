import {
  AppError,
  type Credential,
  CREDENTIAL_KINDS,
  type CredentialKind,
  credentialKindSchema,
  credentialSchema,
  credentialUsesSchema,
  pageOf,
} from '@casare/shared';
import { z } from 'zod';
import { askSecrets } from './ask-secret.ts';
import { type CommandContext, defineCommand, listOption, type OptionValues, textOption } from './define-command.ts';
import { localVault } from './local-vault.ts';

export const localOptions = [
  { flags: '--local', description: 'of this person on this machine, not of the fleet' },
  {
    flags: '--credentials <file>',
    description: 'with --local: this file (default: ~/.casare/studio/credentials.json)',
  },
] as const;

export const localFile = (options: OptionValues) => textOption(options, 'credentials');
const page = pageOf(credentialSchema);

export const credentialsList = defineCommand({
  usage: 'credentials list',
  summary: 'List credentials; their values are never shown',
  remote: true,
  options: localOptions,
  async run(ctx, _args, options) {
    if (options.local === true) {
      const { credentials } = await localVault(localFile(options)).names();
      ctx.out.result({ items: credentials }, ctx.out.table(credentials, ['name', 'kind', 'fieldNames']));
      return;
    }
    const found = await ctx
      .orchestrator()
      .call('GET', '/credentials', page, { query: { limit: 500 }, signal: ctx.signal });
    const rows = found.items.map((one) => ({
      ...one,
      hosts: one.allowedHosts.join(' '),
      rotated: one.rotatedAt.slice(0, 10),
      used: one.lastReadAt?.slice(0, 16) ?? 'never',
    }));
    ctx.out.result(found, ctx.out.table(rows, ['id', 'name', 'kind', 'version', 'rotated', 'used', 'hosts']));
  },
});

export const credentialsSet = defineCommand({
  usage: 'credentials set <name>',
  summary: 'Make a credential, or give it new values; they are asked for, or read from stdin',
  remote: true,
  options: [
    {
      flags: '--kind <kind>',
      description: `${Object.keys(CREDENTIAL_KINDS).join(', ')} (default: that it has, else login)`,
    },
    { flags: '--field <name>', description: 'of the kind "fields": a field; may be repeated', repeat: true },
    { flags: '--host <pattern>', description: 'a host it may be sent to; may be repeated', repeat: true },
    { flags: '--description <text>', description: 'what it is for' },
    { flags: '--external <store/path>', description: 'its values stand in this store of secrets, at this path' },
    ...localOptions,
  ],
  async run(ctx, [name = ''], options) {
    const hosts = listOption(options, 'host');
    if (options.local === true) {
      const kind = kindOf(options, undefined);
      await localVault(localFile(options)).setCredential(name, kind, await askFields(ctx, kind, options), hosts);
      ctx.out.result({ name, kind, hosts }, `"${name}" is set on this machine`);
      return;
    }
    const before = await findByName(ctx, name);
    const kind = kindOf(options, before?.kind);
    const external = textOption(options, 'external');
    const value =
      external === undefined ? { fields: await askFields(ctx, kind, options) } : { external: storePath(external) };
    const description = textOption(options, 'description');
    const rules = {
      ...(hosts.length > 0 && { allowedHosts: hosts }),
      ...(description !== undefined && { description }),
    };
    const client = ctx.orchestrator();
    if (!before) {
      const body = { name, kind, ...rules, ...value };
      const made = await client.call('POST', '/credentials', credentialSchema, { body, signal: ctx.signal });
      ctx.out.result(made, `made "${name}" (${kind})`);
      return;
    }
    const path = `/credentials/${before.id}`;
    if (Object.keys(rules).length > 0)
      await client.call('PUT', path, credentialSchema, { body: rules, signal: ctx.signal });
    const after = await client.call('POST', `${path}/rotate`, credentialSchema, { body: value, signal: ctx.signal });
    ctx.out.result(after, `"${name}" has new values (version ${after.version})`);
  },
});

export const credentialsShow = defineCommand({
  usage: 'credentials show <name>',
  summary: 'What a credential is for, which workflows use it and which jobs read it last',
  remote: true,
  async run(ctx, [name = '']) {
    const found = await needByName(ctx, name);
    const uses = await ctx
      .orchestrator()
      .call('GET', `/credentials/${found.id}/uses`, credentialUsesSchema, { signal: ctx.signal });
    ctx.out.result(
      { ...found, ...uses },
      [
        `${found.name} (${found.kind}), version ${found.version} of ${found.rotatedAt.slice(0, 10)}`,
        ...(found.description === '' ? [] : [found.description]),
        `fields: ${found.fieldNames.join(', ')}${found.external ? ` (in ${found.external.store}/${found.external.path})` : ''}`,
        `hosts: ${found.allowedHosts.join(', ') || 'any'}`,
        '',
        ctx.out.table(uses.workflows, ['workflowName', 'version']),
        '',
        ctx.out.table(uses.reads, ['at', 'workflowName', 'robotName', 'jobId', 'version']),
      ].join('\n'),
    );
  },
});

export const credentialsDelete = defineCommand({
  usage: 'credentials delete <name>',
  summary: 'Delete a credential; refused while published workflows use it',
  remote: true,
  options: [{ flags: '--force', description: 'also when workflows use it' }, ...localOptions],
  async run(ctx, [name = ''], options) {
    if (options.local === true) await localVault(localFile(options)).removeCredential(name);
    else {
      const { id } = await needByName(ctx, name);
      await ctx.orchestrator().call('DELETE', `/credentials/${id}`, z.unknown(), {
        query: { force: String(options.force === true) },
        signal: ctx.signal,
      });
    }
    ctx.out.result({ name, deleted: true }, `deleted "${name}"`);
  },
});

async function findByName(ctx: CommandContext, name: string): Promise<Credential | undefined> {
  const found = await ctx
    .orchestrator()
    .call('GET', '/credentials', page, { query: { search: name, limit: 500 }, signal: ctx.signal });
  return found.items.find((one) => one.name === name);
}

async function needByName(ctx: CommandContext, name: string): Promise<Credential> {
  const found = await findByName(ctx, name);
  if (found) return found;
  throw new AppError('NOT_FOUND', `There is no credential "${name}". See: casare credentials list`);
}

function kindOf(options: OptionValues, known: CredentialKind | undefined): CredentialKind {
  const given = textOption(options, 'kind');
  const parsed = credentialKindSchema.safeParse(given ?? known ?? 'login');
  if (!parsed.success) throw new AppError('USAGE', `--kind is one of ${credentialKindSchema.options.join(', ')}.`);
  if (known !== undefined && parsed.data !== known)
    throw new AppError(
      'USAGE',
      `It is of the kind "${known}", which stays. Make another one for the kind "${parsed.data}".`,
    );
  return parsed.data;
}

function askFields(
  { stdin }: CommandContext,
  kind: CredentialKind,
  options: OptionValues,
): Promise<Record<string, string>> {
  const names = kind === 'fields' ? listOption(options, 'field') : CREDENTIAL_KINDS[kind].fields;
  if (names.length === 0 && stdin.isTTY)
    throw new AppError('USAGE', 'Which fields does it have? Give --field for each, or a JSON object on stdin.');
  return askSecrets(names, stdin, process.stderr);
}

function storePath(text: string) {
  const [store = '', ...path] = text.split('/');
  if (store === '' || path.length === 0)
    throw new AppError('USAGE', '--external is <store>/<path>, e.g. vault/apps/crm.');
  return { store, path: path.join('/') };
}

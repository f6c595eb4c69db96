import {
  apiKeySchema,
  AppError,
  createKeyReplySchema,
  keyKindSchema,
  pageOf,
  scopeSchema,
  SCOPES,
} from '@casare/shared';
import { type CommandContext, defineCommand, listOption, textOption, wholeNumber } from './define-command.ts';

export const keysCreate = defineCommand({
  usage: 'keys create <name>',
  summary: 'Create a key; it is shown this once',
  remote: true,
  options: [
    { flags: '--kind <kind>', description: 'robot, admin or service', default: 'robot' },
    {
      flags: '--scope <scope>',
      description: 'what a service key may do, e.g. jobs:read; may be repeated',
      repeat: true,
    },
    { flags: '--days <n>', description: 'days until it ends' },
  ],
  async run(ctx, [name = ''], options) {
    const kind = keyKindSchema.safeParse(options.kind);
    if (!kind.success) throw new AppError('USAGE', '--kind is "robot", "admin" or "service".');
    const scopes = listOption(options, 'scope').map(scopeOf);
    const days = textOption(options, 'days');
    const reply = await ctx.orchestrator().call('POST', '/keys', createKeyReplySchema, {
      body: {
        name,
        kind: kind.data,
        ...(scopes.length > 0 && { scopes }),
        ...(days !== undefined && { expiresInDays: wholeNumber(days, '--days') }),
      },
      signal: ctx.signal,
    });
    show(ctx, reply);
  },
});

export const keysRotate = defineCommand({
  usage: 'keys rotate <id>',
  summary: 'Put a new key in the place of one; it is shown this once',
  remote: true,
  options: [
    {
      flags: '--overlap <minutes>',
      description: 'how long the old key works yet, at most 1440; 0 ends it at once',
      default: '60',
    },
    { flags: '--days <n>', description: 'days until the new key ends' },
  ],
  async run(ctx, [id = ''], options) {
    const days = textOption(options, 'days');
    const reply = await ctx
      .orchestrator()
      .call('POST', `/keys/${encodeURIComponent(id)}/rotate`, createKeyReplySchema, {
        body: {
          overlapMinutes: wholeNumber(textOption(options, 'overlap') ?? '60', '--overlap'),
          ...(days !== undefined && { expiresInDays: wholeNumber(days, '--days') }),
        },
        signal: ctx.signal,
      });
    show(ctx, reply);
  },
});

export const keysRotateOwn = defineCommand({
  usage: 'keys rotate-own',
  summary: 'With a robot key: put a new key in its place; it is shown this once',
  remote: true,
  options: [
    { flags: '--overlap <minutes>', description: 'how long the old key works yet, at most 1440', default: '60' },
  ],
  async run(ctx, _args, options) {
    const reply = await ctx.orchestrator().call('POST', '/robots/rotate-key', createKeyReplySchema, {
      body: { overlapMinutes: wholeNumber(textOption(options, 'overlap') ?? '60', '--overlap') },
      signal: ctx.signal,
    });
    show(ctx, reply);
  },
});

export const keysList = defineCommand({
  usage: 'keys list',
  summary: 'List the keys',
  remote: true,
  async run(ctx) {
    const page = await ctx
      .orchestrator()
      .call('GET', '/keys', pageOf(apiKeySchema), { query: { limit: 500 }, signal: ctx.signal });
    const rows = page.items.map((key) => ({
      ...key,
      ends: key.revokedAt ? 'revoked' : key.expiresAt.slice(0, 16),
      used: key.lastUsedAt?.slice(0, 16) ?? 'never',
      from: key.lastUsedAddress ?? '',
      scopes: key.scopes.join(' '),
      note: noteOf(key),
    }));
    ctx.out.result(
      page,
      ctx.out.table(rows, ['id', 'name', 'kind', 'display', 'ends', 'used', 'from', 'note', 'scopes']),
    );
  },
});

export const keysRevoke = defineCommand({
  usage: 'keys revoke <id>',
  summary: 'Revoke a key; whoever uses it is refused within a second',
  remote: true,
  async run(ctx, [id = '']) {
    const key = await ctx
      .orchestrator()
      .call('DELETE', `/keys/${encodeURIComponent(id)}`, apiKeySchema, { signal: ctx.signal });
    ctx.out.result(key, `revoked ${key.display}`);
  },
});

type ApiKey = ReturnType<typeof apiKeySchema.parse>;

function noteOf({ rotated, endsSoon, unused }: ApiKey): string {
  return [rotated && 'rotated', endsSoon && 'ends soon', unused && 'unused 60 days'].filter(Boolean).join(', ');
}

function show(ctx: CommandContext, reply: { key: string; apiKey: ApiKey }): void {
  const { name, kind, expiresAt } = reply.apiKey;
  ctx.out.result(
    reply,
    `${reply.key}\n(${kind} key "${name}", until ${expiresAt.slice(0, 10)}; keep it now, it is not shown again)`,
  );
}

function scopeOf(text: string) {
  const scope = scopeSchema.safeParse(text);
  if (scope.success) return scope.data;
  throw new AppError('USAGE', `There is no scope "${text}". There are: ${SCOPES.join(', ')}.`);
}

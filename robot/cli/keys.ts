import { apiKeySchema, AppError, createKeyReplySchema, keyKindSchema, pageOf } from '@casare/shared';
import { defineCommand, textOption, wholeNumber } from './define-command.ts';

export const keysCreate = defineCommand({
  usage: 'keys create <name>',
  summary: 'Create a key; it is shown this once',
  remote: true,
  options: [
    { flags: '--kind <kind>', description: 'robot or admin', default: 'robot' },
    { flags: '--days <n>', description: 'days until it ends' },
  ],
  async run(ctx, [name = ''], options) {
    const kind = keyKindSchema.safeParse(options.kind);
    if (!kind.success) throw new AppError('USAGE', '--kind is "robot" or "admin".');
    const days = textOption(options, 'days');
    const reply = await ctx.orchestrator().call('POST', '/keys', createKeyReplySchema, {
      body: { name, kind: kind.data, ...(days !== undefined && { expiresInDays: wholeNumber(days, '--days') }) },
      signal: ctx.signal,
    });
    ctx.out.result(
      reply,
      `${reply.key}\n(${reply.apiKey.kind} key "${reply.apiKey.name}", until ${reply.apiKey.expiresAt.slice(0, 10)}; keep it now, it is not shown again)`,
    );
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
      ends: key.revokedAt ? 'revoked' : key.expiresAt.slice(0, 10),
      used: key.lastUsedAt?.slice(0, 16) ?? 'never',
    }));
    ctx.out.result(page, ctx.out.table(rows, ['id', 'name', 'kind', 'display', 'ends', 'used']));
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

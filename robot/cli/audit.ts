import { auditCheckSchema, auditEntrySchema, pageOf } from '@casare/shared';
import { defineCommand, textOption, wholeNumber } from './define-command.ts';

export const auditList = defineCommand({
  usage: 'audit list',
  summary: 'What was done in the workspace and by whom, newest first',
  remote: true,
  options: [
    { flags: '--search <text>', description: 'in who, what, from where and the details' },
    { flags: '--action <action>', description: 'an action or the beginning of some, e.g. job.' },
    { flags: '--subject <id>', description: 'only what was done to this one' },
    { flags: '--from <time>', description: 'not older, e.g. 2026-11-01T00:00:00.000Z' },
    { flags: '--to <time>', description: 'not newer' },
    { flags: '--cursor <cursor>', description: 'goes on where an earlier page ended (nextCursor of --json)' },
    { flags: '--limit <n>', description: 'at most this many', default: '50' },
  ],
  async run(ctx, _args, options) {
    const page = await ctx.orchestrator().call('GET', '/audit', pageOf(auditEntrySchema), {
      query: {
        search: textOption(options, 'search'),
        action: textOption(options, 'action'),
        subjectId: textOption(options, 'subject'),
        from: textOption(options, 'from'),
        to: textOption(options, 'to'),
        cursor: textOption(options, 'cursor'),
        limit: wholeNumber(textOption(options, 'limit') ?? '50', '--limit'),
      },
      signal: ctx.signal,
    });
    const rows = page.items.map(({ at, actor, action, address, details }) => ({
      at: at.slice(0, 19),
      actor,
      action,
      from: address ?? '',
      details: JSON.stringify(details),
    }));
    ctx.out.result(page, ctx.out.table(rows, ['at', 'actor', 'action', 'from', 'details']));
  },
});

export const auditCheck = defineCommand({
  usage: 'audit check',
  summary: 'Check that no entry of the audit log was changed or taken out; exit code 1 when one was',
  remote: true,
  async run(ctx) {
    const found = await ctx.orchestrator().call('GET', '/audit/check', auditCheckSchema, { signal: ctx.signal });
    const { whole, entries, head, broken } = found;
    const words = broken
      ? `broken at entry ${broken.seq}: ${broken.reason}`
      : `whole: ${entries} entries${head ? `, the end is ${head.seal}` : ''}`;
    ctx.out.result(found, words);
    return whole ? 0 : 1;
  },
});

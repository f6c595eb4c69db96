import { randomUUID } from 'node:crypto';
import { publishReplySchema, withPacks } from '@casare/shared';
import { defineCommand, textOption } from './define-command.ts';
import { openRegistry } from './packs/packs-folder.ts';
import { readWorkflowFile } from './workflow-file.ts';

export const publish = defineCommand({
  usage: 'publish <file>',
  summary: 'Publish a workflow to the orchestrator as a new version',
  remote: true,
  options: [{ flags: '--message <text>', description: 'what changed' }],
  async run(ctx, [file = ''], options) {
    // Those who have no pack of it can still read and check what is published.
    const document = withPacks(await readWorkflowFile(file), (await openRegistry(ctx)).catalog);
    const reply = await ctx.orchestrator().call('POST', '/workflows', publishReplySchema, {
      body: { document, message: textOption(options, 'message') ?? '' },
      idempotencyKey: randomUUID(),
      signal: ctx.signal,
    });
    const text = reply.created
      ? `published ${reply.workflow.name} as version ${reply.version}`
      : `unchanged: the newest version ${reply.version} has this content already`;
    ctx.out.result(reply, `${text}\nworkflow ${reply.workflow.id}`);
  },
});

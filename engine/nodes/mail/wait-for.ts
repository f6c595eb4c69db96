import { AppError } from '@casare/shared';
import type { ImapFlow } from 'imapflow';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';
import { defineNode } from '../../define-node.ts';
import { imapFields, mailServer } from './account.ts';
import { criteriaFields } from './criteria.ts';
import { findMessages } from './find-messages.ts';
import { messageSchema } from './message.ts';

/** When the waiting began, the first number that counts as new, and what was found and is about to be marked. */
const keptSchema = z.object({ begun: z.number(), fromUid: z.int(), uids: z.array(z.int()).optional() });
type Kept = z.output<typeof keptSchema>;

/** Between two tries to reach a server that went away. */
const reconnectMs = 5000;
const maxMails = 100;

export const waitForMail = defineNode({
  type: 'mail.waitFor',
  version: 1,
  title: 'Wait for mail',
  category: 'mail',
  icon: 'mail-plus',
  description:
    'Waits until a mail arrives that fits. Leaves by Timed out when none came. An interrupted run waits only for the rest.',
  synonyms: ['new mail', 'confirmation code', 'mail trigger', 'email'],
  params: z.strictObject({
    ...imapFields,
    ...criteriaFields,
    alsoExisting: z.boolean().default(false).meta({ title: 'Mails that are there already count too' }),
    waitSeconds: z.number().min(0).max(2_592_000).default(300).meta({ title: 'Wait at most', unit: 's' }),
    withBody: z.boolean().default(true).meta({ title: 'With the content', 'x-advanced': true }),
    markAsRead: z.boolean().default(false).meta({ title: 'Mark as read', 'x-advanced': true }),
    everySeconds: z.number().min(1).max(600).default(30).meta({
      title: 'Look at least every',
      unit: 's',
      description: 'Most servers tell at once when a mail arrives; this is for the others.',
      'x-advanced': true,
    }),
  }),
  output: z.object({
    found: z.boolean(),
    message: messageSchema.nullable(),
    messages: z.array(messageSchema),
    waitedMs: z.number(),
  }),
  outputs: [
    { id: 'out', title: 'Arrived', kind: 'flow' },
    { id: 'timeout', title: 'Timed out', kind: 'flow' },
  ],
  effect: 'idempotent',
  examples: [
    {
      title: 'A confirmation',
      params: { host: 'imap.example.com', user: 'robot', subject: 'Confirm', waitSeconds: 600 },
    },
  ],
  async run(ctx, { folder, alsoExisting, waitSeconds, withBody, markAsRead, everySeconds, ...rest }) {
    let kept = keptSchema.safeParse(ctx.resumed).data;
    const begun = kept?.begun ?? ctx.now();
    for (;;) {
      const left = begun + waitSeconds * 1000 - ctx.now();
      try {
        const messages = await ctx.remotes.mailbox(mailServer('imap', rest), ctx.signal, async (client) => {
          const mailbox = await client.mailboxOpen(folder, { readOnly: !markAsRead });
          kept ??= await begin(ctx, begun, alsoExisting ? 1 : mailbox.uidNext);
          const { fromUid, uids } = kept;
          const found = await findMessages(ctx, client, mailbox, {
            criteria: rest,
            newestFirst: false,
            limit: maxMails,
            withBody,
            fromUid,
            ...(uids ? { uids } : {}),
          });
          if (found.length > 0 && markAsRead) {
            const numbers = found.map(({ uid }) => uid);
            // Once they are marked, a wait for unread mails would not find them again.
            await ctx.checkpoint({ ...kept, uids: numbers });
            await client.messageFlagsAdd(numbers.join(','), ['\\Seen'], { uid: true });
          }
          if (found.length === 0 && left > 0)
            await nextArrival(client, Math.min(left, everySeconds * 1000), ctx.signal);
          return found;
        });
        const waitedMs = ctx.now() - begun;
        if (messages.length > 0) return { output: { found: true, message: messages[0] ?? null, messages, waitedMs } };
        if (left <= 0) return { output: { found: false, message: null, messages, waitedMs }, port: 'timeout' };
      } catch (error) {
        // A mail server that is away for some minutes does not end a wait of hours; a wrong password does.
        if (!(error instanceof AppError) || !error.retryable || left <= reconnectMs) throw error;
        ctx.log('warn', error.message);
        await ctx.sleep(reconnectMs);
      }
    }
  },
});

async function begin(ctx: NodeContext, begun: number, fromUid: number): Promise<Kept> {
  await ctx.checkpoint({ begun, fromUid });
  return { begun, fromUid };
}

/** Returns when the server tells of a mail, or after the time. */
async function nextArrival(client: ImapFlow, ms: number, signal: AbortSignal): Promise<void> {
  const stop = new AbortController();
  const told = Promise.withResolvers<void>();
  const tell = () => told.resolve();
  client.on('exists', tell);
  client.on('close', tell);
  try {
    // Ends with the next command, which is the next look into the folder.
    void client.idle().catch(tell);
    await Promise.race([told.promise, delay(ms, undefined, { signal: AbortSignal.any([signal, stop.signal]) })]);
  } finally {
    stop.abort();
    client.off('exists', tell);
    client.off('close', tell);
  }
}

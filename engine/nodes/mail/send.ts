import { AppError } from '@casare/shared';
import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';
import { defineNode } from '../../define-node.ts';
import type { SentMail } from '../../resources/remotes.ts';
import { mailServer, smtpFields } from './account.ts';
import { addressesField, readAddresses, refuseLineBreaks } from './addresses.ts';
import { buildMessage } from './build-message.ts';
import { isInSent, keepCopy } from './sent-copy.ts';

const copy = { 'x-show-if': { savesCopy: [true] } };

export const send = defineNode({
  type: 'mail.send',
  version: 1,
  title: 'Send mail',
  category: 'mail',
  icon: 'send',
  description: 'Sends a mail by SMTP, with attachments and pictures, as text, HTML or both.',
  synonyms: ['email', 'mail', 'send', 'smtp', 'reply', 'attachment', 'notify'],
  params: z.strictObject({
    from: z.string().min(1).max(1000).meta({ title: 'From', placeholder: 'robot@example.com' }),
    senderName: z.string().max(500).default('').meta({ title: 'Name of the sender' }),
    to: addressesField('To'),
    cc: addressesField('Copy to'),
    bcc: addressesField('Blind copy to'),
    replyTo: addressesField('Answers go to').meta({ title: 'Answers go to', 'x-advanced': true }),
    subject: z.string().max(2000).default('').meta({ title: 'Subject' }),
    text: z.string().max(5_000_000).default('').meta({ title: 'Text', 'x-widget': 'textarea' }),
    html: z.string().max(5_000_000).default('').meta({
      title: 'Text as HTML',
      description: 'Pictures of the step stand in it as <img src="cid:name">.',
      'x-widget': 'textarea',
    }),
    attachments: z
      .array(z.string().min(1).max(4096))
      .max(200)
      .default([])
      .meta({ title: 'Attachments', 'x-widget': 'list' }),
    inlineImages: z
      .record(z.string().max(200), z.string().max(4096))
      .default({})
      .meta({ title: 'Pictures in the text', description: 'Name → file.', 'x-widget': 'keyvalue', 'x-advanced': true }),
    priority: z.enum(['normal', 'high', 'low']).default('normal').meta({ title: 'Priority', 'x-advanced': true }),
    readReceipt: z.boolean().default(false).meta({ title: 'Ask for a read receipt', 'x-advanced': true }),
    inReplyTo: z.string().max(1000).default('').meta({
      title: 'Answer to',
      description: 'The messageId of the mail this one answers.',
      'x-advanced': true,
    }),
    headers: z
      .record(z.string().max(200), z.string().max(10_000))
      .default({})
      .meta({ title: 'Further headers', 'x-widget': 'keyvalue', 'x-advanced': true }),
    ...smtpFields,
    savesCopy: z.boolean().default(false).meta({
      title: 'Keep a copy in the mailbox',
      description:
        'In the Sent folder, by IMAP with the same user. An interrupted run then sees there whether the mail went out.',
    }),
    imapHost: z
      .string()
      .max(500)
      .default('')
      .meta({ title: 'IMAP server', placeholder: 'imap.example.com', ...copy }),
    imapPort: z
      .int()
      .min(1)
      .max(65_535)
      .optional()
      .meta({ title: 'IMAP port', ...copy }),
    imapSecurity: z
      .enum(['tls', 'starttls', 'none'])
      .default('tls')
      .meta({ title: 'IMAP security', ...copy }),
    sentFolder: z
      .string()
      .max(1000)
      .default('')
      .meta({ title: 'Sent folder', description: 'Empty: the one the server names.', ...copy }),
    maxMegabytes: z
      .int()
      .min(1)
      .max(100)
      .default(25)
      .meta({ title: 'Attachments at most', unit: 'MiB', 'x-advanced': true }),
  }),
  output: z.object({
    messageId: z.string(),
    accepted: z.array(z.string()),
    rejected: z.array(z.object({ address: z.string(), reason: z.string() })),
    response: z.string(),
    copySaved: z.boolean(),
  }),
  effect: 'once',
  examples: [
    {
      title: 'A report',
      params: {
        host: 'smtp.example.com',
        user: 'robot',
        from: 'robot@example.com',
        to: 'ada@example.com',
        subject: 'Report',
        attachments: ['output/report.pdf'],
      },
    },
  ],
  async run(ctx, given) {
    const [to, cc, bcc, replyTo, senders] = await Promise.all([
      readAddresses(given.to, 'To'),
      readAddresses(given.cc, 'Copy to'),
      readAddresses(given.bcc, 'Blind copy to'),
      readAddresses(given.replyTo, 'Answers go to'),
      readAddresses(given.from, 'From'),
    ]);
    const [sender] = senders;
    if (!sender || senders.length > 1)
      throw new AppError('DATA_FORMAT', '"From" needs exactly one mail address. Correct it.');
    refuseLineBreaks(given.senderName, 'Name of the sender');
    const from = { address: sender.address, name: given.senderName || sender.name };
    const recipients = [...new Set([...to, ...cc, ...bcc].map(({ address }) => address))];
    if (recipients.length === 0)
      throw new AppError('DATA_FORMAT', 'The mail has no recipient. Fill in "To", "Copy to" or "Blind copy to".');
    // The same however often the step is tried: servers and people recognise a repeat by it.
    const messageId = `<${ctx.effectKey}@${from.address.split('@')[1]}>`;
    const account = given.savesCopy ? copyAccount(given) : undefined;
    const done = { messageId, accepted: recipients, rejected: [], response: '' };
    if (account && ctx.resumed !== undefined && (await isInSent(ctx, account, messageId)))
      return { output: { ...done, copySaved: true } };
    const raw = await buildMessage(ctx, {
      ...given,
      messageId,
      from,
      to,
      cc,
      replyTo,
      maxBytes: given.maxMegabytes * 1024 * 1024,
    });
    await ctx.checkpoint({ messageId });
    let sent: SentMail;
    try {
      sent = await ctx.remotes.send(mailServer('smtp', given), { from: from.address, recipients, raw }, ctx.signal);
    } catch (error) {
      const isInDoubt = error instanceof AppError && error.code === 'STEP_IN_DOUBT' && account;
      // Some servers put what they send into the Sent folder themselves: then it went out.
      if (!isInDoubt || !(await isInSent(ctx, account, messageId).catch(() => false))) throw error;
      return { output: { ...done, copySaved: true } };
    }
    for (const { address, reason } of sent.rejected) ctx.log('warn', `The server did not take "${address}": ${reason}`);
    return {
      output: { messageId, ...sent, copySaved: account ? await saveCopy(ctx, account, messageId, raw) : false },
    };
  },
});

type Given = Parameters<typeof mailServer>[1] & {
  imapHost: string;
  imapPort?: number | undefined;
  imapSecurity: 'tls' | 'starttls' | 'none';
  sentFolder: string;
};

function copyAccount(given: Given) {
  if (given.imapHost === '')
    throw new AppError(
      'DATA_FORMAT',
      'To keep a copy the step needs the IMAP server. Fill it in, or switch the copy off.',
    );
  const server = mailServer('imap', {
    ...given,
    host: given.imapHost,
    port: given.imapPort,
    security: given.imapSecurity,
  });
  return { server, folder: given.sentFolder };
}

/** The mail is out; a copy that cannot be kept must not make it look as if it were not. */
async function saveCopy(
  ctx: NodeContext,
  account: ReturnType<typeof copyAccount>,
  messageId: string,
  raw: Buffer,
): Promise<boolean> {
  try {
    await keepCopy(ctx, account, messageId, raw);
    return true;
  } catch (error) {
    ctx.log(
      'warn',
      `The mail was sent, but its copy could not be kept: ${error instanceof Error ? error.message : String(error)}`,
    );
    return false;
  }
}

import { AppError } from '@casare/shared';
import { basename } from 'node:path';
import type { NodeContext } from '../../define-node.ts';
import { type MailAddress, refuseLineBreaks } from './addresses.ts';

export interface Message {
  messageId: string;
  from: MailAddress;
  to: MailAddress[];
  cc: MailAddress[];
  replyTo: MailAddress[];
  subject: string;
  text: string;
  html: string;
  attachments: readonly string[];
  /** Content id → path. */
  inlineImages: Readonly<Record<string, string>>;
  priority: 'normal' | 'high' | 'low';
  headers: Readonly<Record<string, string>>;
  readReceipt: boolean;
  inReplyTo: string;
  maxBytes: number;
}

const ownHeaders =
  /^(from|to|cc|bcc|sender|reply-to|subject|date|message-id|mime-version|content-.*|return-path|received|dkim-.*)$/i;

/** Programs look at one or another of these. */
const priorityHeaders = {
  normal: {},
  high: { 'X-Priority': '1 (Highest)', Importance: 'High' },
  low: { 'X-Priority': '5 (Lowest)', Importance: 'Low' },
};

/** The whole mail as it goes over the wire; the blind copies are not in it. */
export async function buildMessage(ctx: NodeContext, message: Message): Promise<Buffer> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const { from, to, cc, replyTo, subject, text, html, inReplyTo } = message;
  refuseLineBreaks(subject, 'Subject');
  refuseLineBreaks(inReplyTo, 'Answer to');
  checkHeaders(message.headers);
  const composer = new MailComposer({
    messageId: message.messageId,
    date: new Date(ctx.now()),
    from,
    to,
    cc,
    replyTo,
    subject,
    ...(text === '' && html !== '' ? {} : { text }),
    ...(html === '' ? {} : { html }),
    ...(inReplyTo === '' ? {} : { inReplyTo, references: inReplyTo }),
    attachments: await readAttachments(ctx, message),
    headers: {
      ...priorityHeaders[message.priority],
      ...message.headers,
      ...(message.readReceipt ? { 'Disposition-Notification-To': from.address } : {}),
    },
    // Content comes from the files of the run only, never from paths or addresses somebody wrote into a field.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return await composer.compile().build();
}

function checkHeaders(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    refuseLineBreaks(value, name.slice(0, 100));
    if (!/^[!-9;-~]+$/.test(name) || ownHeaders.test(name))
      throw new AppError(
        'DATA_FORMAT',
        `"${name.slice(0, 100)}" cannot be set as a further header. Use the field of the step, or a name like X-Order.`,
        {
          details: { header: name.slice(0, 100) },
        },
      );
  }
}

async function readAttachments(ctx: NodeContext, { attachments, inlineImages, maxBytes }: Message) {
  const wanted: { path: string; cid?: string }[] = [
    ...attachments.map((path) => ({ path })),
    ...Object.entries(inlineImages).map(([cid, path]) => ({ path, cid })),
  ];
  let bytes = 0;
  const read: { filename: string; content: Buffer; cid?: string; contentDisposition?: 'inline' }[] = [];
  for (const { path, cid } of wanted) {
    if (cid !== undefined && !/^[\w.@+-]{1,200}$/.test(cid))
      throw new AppError(
        'DATA_FORMAT',
        `"${cid.slice(0, 100)}" cannot name a picture. Use letters, digits, . _ and -.`,
      );
    const handle = await ctx.files.open(path);
    try {
      bytes += (await handle.stat()).size;
      if (bytes > maxBytes)
        throw new AppError(
          'PAYLOAD_TOO_LARGE',
          `The attachments have more than ${maxBytes / 1024 / 1024} MiB. Send less, or raise the limit of the step.`,
        );
      const content = await handle.readFile({ signal: ctx.signal });
      read.push({
        filename: basename(path.replaceAll('\\', '/')),
        content,
        ...(cid === undefined ? {} : { cid, contentDisposition: 'inline' }),
      });
    } finally {
      await handle.close();
    }
  }
  return read;
}

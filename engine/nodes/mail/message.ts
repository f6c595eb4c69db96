import type { FetchMessageObject, MessageStructureObject } from 'imapflow';
import type { AddressObject, ParsedMail } from 'mailparser';
import { z } from 'zod';

const attachmentSchema = z.object({
  name: z.string(),
  /** Bytes; a little off where only the list of parts was read. */
  size: z.number(),
  contentType: z.string(),
  isInline: z.boolean(),
});

/** What every mail has, from a mailbox or from a file. */
export const contentSchema = z.object({
  messageId: z.string(),
  inReplyTo: z.string(),
  subject: z.string(),
  /** `Ada <ada@example.com>`. */
  from: z.string(),
  fromAddress: z.string(),
  to: z.array(z.string()),
  cc: z.array(z.string()),
  replyTo: z.array(z.string()),
  date: z.string().nullable(),
  /** Null where the content was not read. */
  text: z.string().nullable(),
  html: z.string().nullable(),
  attachments: z.array(attachmentSchema),
  hasAttachments: z.boolean(),
});

export const messageSchema = contentSchema.extend({
  uid: z.int(),
  /** With it a step notices that the numbers of the folder have changed. */
  uidValidity: z.string(),
  folder: z.string(),
  receivedAt: z.string().nullable(),
  size: z.number(),
  flags: z.array(z.string()),
  isRead: z.boolean(),
  isFlagged: z.boolean(),
  isAnswered: z.boolean(),
});

type MailContent = z.output<typeof contentSchema>;
export type MailMessage = z.output<typeof messageSchema>;

/** More text than any person or step reads; the rest is in the mail itself. */
const maxText = 1_000_000;

export function describeParsed(parsed: ParsedMail): MailContent {
  const attachments = parsed.attachments.map((one) => ({
    name: one.filename ?? '',
    size: one.size,
    contentType: one.contentType,
    isInline: one.related || one.contentDisposition === 'inline',
  }));
  const from = addressesOf(parsed.from);
  return {
    messageId: parsed.messageId ?? '',
    inReplyTo: parsed.inReplyTo ?? '',
    subject: parsed.subject ?? '',
    from: from[0] ?? '',
    fromAddress: parsed.from?.value[0]?.address ?? '',
    to: addressesOf(parsed.to),
    cc: addressesOf(parsed.cc),
    replyTo: addressesOf(parsed.replyTo),
    date: isoOf(parsed.date),
    text: (parsed.text ?? '').slice(0, maxText),
    html: parsed.html === false ? '' : parsed.html.slice(0, maxText),
    attachments,
    hasAttachments: attachments.some(({ isInline }) => !isInline),
  };
}

/** From the head and the list of parts alone. */
export function describeFetched(found: FetchMessageObject, folder: string, uidValidity: bigint): MailMessage {
  const { envelope, flags = new Set<string>(), bodyStructure } = found;
  const attachments = bodyStructure ? attachmentsOf(bodyStructure) : [];
  const list = (
    addresses: typeof envelope extends undefined ? never : { name?: string; address?: string }[] | undefined,
  ) => (addresses ?? []).map(({ name = '', address = '' }) => nameAndAddress(name, address));
  return {
    uid: found.uid,
    uidValidity: String(uidValidity),
    folder,
    messageId: envelope?.messageId ?? '',
    inReplyTo: envelope?.inReplyTo ?? '',
    subject: envelope?.subject ?? '',
    from: list(envelope?.from)[0] ?? '',
    fromAddress: envelope?.from?.[0]?.address ?? '',
    to: list(envelope?.to),
    cc: list(envelope?.cc),
    replyTo: list(envelope?.replyTo),
    date: isoOf(envelope?.date),
    receivedAt: isoOf(found.internalDate),
    size: found.size ?? 0,
    flags: [...flags],
    isRead: flags.has('\\Seen'),
    isFlagged: flags.has('\\Flagged'),
    isAnswered: flags.has('\\Answered'),
    text: null,
    html: null,
    attachments,
    hasAttachments: attachments.some(({ isInline }) => !isInline),
  };
}

function attachmentsOf(part: MessageStructureObject): z.output<typeof attachmentSchema>[] {
  if (part.childNodes && part.type !== 'message/rfc822') return part.childNodes.flatMap(attachmentsOf);
  const name = part.dispositionParameters?.['filename'] ?? part.parameters?.['name'] ?? '';
  const isAttached = part.disposition === 'attachment' || name !== '' || part.type === 'message/rfc822';
  if (!isAttached) return [];
  const size = part.encoding === 'base64' ? Math.floor(((part.size ?? 0) * 3) / 4) : (part.size ?? 0);
  return [{ name, size, contentType: part.type, isInline: part.disposition === 'inline' }];
}

function addressesOf(given: AddressObject | AddressObject[] | undefined): string[] {
  const objects = given === undefined ? [] : Array.isArray(given) ? given : [given];
  return objects.flatMap(({ value }) =>
    value.flatMap((one) => (one.group ?? [one]).map(({ name, address }) => nameAndAddress(name, address ?? ''))),
  );
}

function nameAndAddress(name: string, address: string): string {
  return name === '' || name === address ? address : `${name} <${address}>`;
}

function isoOf(date: Date | string | undefined): string | null {
  const parsed = date === undefined ? undefined : new Date(date);
  return parsed === undefined || Number.isNaN(parsed.getTime()) ? null : parsed.toISOString();
}

import { AppError } from '@casare/shared';
import type { ImapFlow } from 'imapflow';
import type { ParsedMail } from 'mailparser';

/** Reads a mail as it went over the wire. Programs, links and pictures in it stay what they are: text. */
export async function parseSource(source: Buffer): Promise<ParsedMail> {
  const { simpleParser } = await import('mailparser');
  return await simpleParser(source, { skipImageLinks: true, skipTextToHtml: true, maxHtmlLengthToParse: 5_000_000 });
}

export async function fetchSource(client: ImapFlow, uid: number): Promise<Buffer> {
  const found = await client.fetchOne(uid, { source: true }, { uid: true });
  if (found && found.source) return found.source;
  throw new AppError('NOT_FOUND', `The mail with the number ${uid} is not in this folder any more.`, {
    details: { uid },
  });
}

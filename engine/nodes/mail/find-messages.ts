import type { FetchMessageObject, ImapFlow, MailboxObject } from 'imapflow';
import type { NodeContext } from '../../define-node.ts';
import { type Criteria, fitsCriteria, searchQuery } from './criteria.ts';
import { describeFetched, describeParsed, type MailMessage } from './message.ts';
import { fetchSource, parseSource } from './read-source.ts';

interface Find {
  criteria: Criteria;
  newestFirst: boolean;
  limit: number;
  withBody: boolean;
  /** Only mails with this number or a later one. */
  fromUid?: number;
  /** Only these, whatever the criteria say. */
  uids?: readonly number[];
}

const query = { uid: true, envelope: true, flags: true, bodyStructure: true, size: true, internalDate: true } as const;
/** Heads fetched with one command. */
const batchSize = 100;

/** The mails of the opened folder that fit, in the order they arrived or the other way round. */
export async function findMessages(
  ctx: NodeContext,
  client: ImapFlow,
  mailbox: MailboxObject,
  { criteria, newestFirst, limit, withBody, fromUid = 1, uids }: Find,
): Promise<MailMessage[]> {
  const numbers = uids ? [...uids] : await search(client, criteria, fromUid);
  numbers.sort((a, b) => (newestFirst ? b - a : a - b));
  const found: MailMessage[] = [];
  for (let at = 0; at < numbers.length && found.length < limit; at += batchSize) {
    ctx.signal.throwIfAborted();
    const batch = numbers.slice(at, at + batchSize);
    const heads = await client.fetchAll(batch.join(','), query, { uid: true });
    const byUid = new Map<number, FetchMessageObject>(heads.map((head) => [head.uid, head]));
    for (const uid of batch) {
      const head = byUid.get(uid);
      const mail = head && describeFetched(head, mailbox.path, mailbox.uidValidity);
      if (mail && found.length < limit && (uids || fitsCriteria(criteria, mail))) found.push(mail);
    }
  }
  return withBody ? await withBodies(ctx, client, found) : found;
}

/** One after another: a mail may have many megabytes. */
async function withBodies(ctx: NodeContext, client: ImapFlow, mails: readonly MailMessage[]): Promise<MailMessage[]> {
  const complete: MailMessage[] = [];
  for (const [i, mail] of mails.entries()) {
    ctx.signal.throwIfAborted();
    complete.push({ ...mail, ...describeParsed(await parseSource(await fetchSource(client, mail.uid))) });
    ctx.progress((i + 1) / mails.length, mail.subject);
  }
  return complete;
}

async function search(client: ImapFlow, criteria: Criteria, fromUid: number): Promise<number[]> {
  const range = fromUid > 1 ? { uid: `${fromUid}:*` } : {};
  const found = await client.search({ ...searchQuery(criteria), ...range }, { uid: true });
  // "7:*" always gives the last mail, also when its number is smaller than 7.
  return Array.isArray(found) ? found.filter((uid) => uid >= fromUid) : [];
}

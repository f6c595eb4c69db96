import type { ImapFlow, MailboxObject } from 'imapflow';
import { setTimeout as delay } from 'node:timers/promises';
import { describeFetched, describeParsed, type MailMessage } from '../nodes/mail/message.ts';
import { fetchSource, parseSource } from '../nodes/mail/read-source.ts';
import type { HttpPolicy } from '../resources/http-access.ts';
import type { MailServer } from '../resources/remotes.ts';
import { findAddress } from '../resources/remotes/find-address.ts';
import { connectMailbox } from '../resources/remotes/mailbox.ts';
import { keepWatching } from './keep-watching.ts';
import type { WatchedOccurrence, WatchOutlet } from './outlet.ts';

export interface MailboxWatch {
  readonly server: MailServer;
  readonly folder: string;
  /** Parts of sender and subject; absent: any. */
  readonly from?: string | undefined;
  readonly subject?: string | undefined;
  /** Most servers tell at once when a mail arrives; the others are asked so often. */
  readonly everyMs: number;
  /** What an earlier watch left. */
  readonly state: Readonly<Record<string, unknown>>;
}

interface Kept {
  readonly uidValidity: string;
  readonly lastUid: number;
}

const head = { uid: true, envelope: true, flags: true, bodyStructure: true, size: true, internalDate: true } as const;
/** Mails told together; each may have some hundred kilobytes of text. */
const batchSize = 10;
/** Of larger ones only what their heads say. */
const maxSource = 20 * 1024 * 1024;
const maxText = 100_000;

/**
 * Tells every mail that arrives in a folder, oldest first. The numbers of an IMAP folder grow, so the last one told is all there is to remember; a
 * folder that was numbered anew begins with what arrives from then on. Nothing is marked or moved.
 */
export async function watchMailbox(
  watch: MailboxWatch,
  policy: HttpPolicy,
  outlet: WatchOutlet,
  signal: AbortSignal,
): Promise<void> {
  let kept = readKept(watch.state);
  await keepWatching(outlet, signal, async (begun) => {
    const { server } = watch;
    const scheme = server.security === 'tls' ? 'imaps' : 'imap';
    const address = await findAddress({ ...server, scheme }, policy, signal);
    const connection = await connectMailbox(server, address);
    const close = () => connection.close();
    signal.addEventListener('abort', close, { once: true });
    try {
      await connection.use(async (client) => {
        const mailbox = await client.mailboxOpen(watch.folder, { readOnly: true });
        begun();
        while (!signal.aborted) {
          kept = await tellNew(client, mailbox, watch, kept, outlet, signal);
          await nextArrival(client, watch.everyMs, signal);
        }
      });
    } finally {
      signal.removeEventListener('abort', close);
      connection.close();
    }
  });
}

async function tellNew(
  client: ImapFlow,
  mailbox: MailboxObject,
  watch: MailboxWatch,
  before: Kept | undefined,
  outlet: WatchOutlet,
  signal: AbortSignal,
): Promise<Kept> {
  const uidValidity = String(mailbox.uidValidity);
  if (before?.uidValidity !== uidValidity) {
    const begun = { uidValidity, lastUid: mailbox.uidNext - 1 };
    await outlet.report([], begun);
    return begun;
  }
  let { lastUid } = before;
  const found = await client.search({ uid: `${lastUid + 1}:*` }, { uid: true });
  // "7:*" always gives the last mail, also when its number is smaller than 7.
  const uids = (Array.isArray(found) ? found : []).filter((uid) => uid > before.lastUid).toSorted((a, b) => a - b);
  for (let at = 0; at < uids.length; at += batchSize) {
    signal.throwIfAborted();
    const batch = uids.slice(at, at + batchSize);
    const heads = await client.fetchAll(batch.join(','), head, { uid: true });
    const occurrences: WatchedOccurrence[] = [];
    for (const one of heads.toSorted((a, b) => a.uid - b.uid)) {
      const mail = describeFetched(one, mailbox.path, mailbox.uidValidity);
      if (!fits(watch, mail)) continue;
      occurrences.push({
        messageId: `mail:${mailbox.path}:${uidValidity}:${mail.uid}`,
        payload: await withBody(client, mail),
      });
    }
    lastUid = batch.at(-1) ?? lastUid;
    await outlet.report(occurrences, { uidValidity, lastUid });
  }
  return { uidValidity, lastUid };
}

async function withBody(client: ImapFlow, mail: MailMessage): Promise<Record<string, unknown>> {
  if (mail.size > maxSource) return { ...mail };
  const parsed = describeParsed(await parseSource(await fetchSource(client, mail.uid)));
  return {
    ...mail,
    ...parsed,
    text: parsed.text?.slice(0, maxText) ?? null,
    html: parsed.html?.slice(0, maxText) ?? null,
  };
}

function fits({ from, subject }: MailboxWatch, mail: MailMessage): boolean {
  const holds = (text: string, part: string | undefined) =>
    part === undefined || text.toLowerCase().includes(part.toLowerCase());
  return holds(mail.from, from) && holds(mail.subject, subject);
}

/** Until the server says that something arrived, or the time is over. */
async function nextArrival(client: ImapFlow, ms: number, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const stop = () => over.abort();
  client.once('exists', stop);
  client.once('close', stop);
  const idling = client.idle().catch(() => undefined);
  try {
    await delay(ms, undefined, { signal: AbortSignal.any([over.signal, signal]) }).catch(() => undefined);
  } finally {
    client.off('exists', stop);
    client.off('close', stop);
  }
  if (!client.usable) throw new Error('the connection was lost');
  // Any command ends IDLE; its answer says whether the connection still stands.
  await client.noop();
  await idling;
}

function readKept(state: Readonly<Record<string, unknown>>): Kept | undefined {
  const { uidValidity, lastUid } = state;
  return typeof uidValidity === 'string' && typeof lastUid === 'number' ? { uidValidity, lastUid } : undefined;
}

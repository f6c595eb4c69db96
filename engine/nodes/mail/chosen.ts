import { AppError } from '@casare/shared';
import type { ImapFlow, MailboxObject } from 'imapflow';
import { z } from 'zod';

const chosenMail = z.object({ uid: z.int().min(1), uidValidity: z.string().max(50).optional() });

/** Which mails a step works with: numbers, or what "Read mails" gave. */
export const mailsField = z
  .union([
    z.int().min(1),
    z.string().max(100_000),
    chosenMail,
    z.array(z.union([z.int().min(1), z.string().max(50), chosenMail])).max(10_000),
  ])
  .meta({
    title: 'Mails',
    description: 'One mail or a list: what "Read mails" gave, or the numbers (uid).',
    placeholder: '${steps.read.output.messages}',
  });

/** The numbers; a folder that was made anew has given them to other mails, and then nothing is touched. */
export function chosenUids(given: z.output<typeof mailsField>, { uidValidity, path }: MailboxObject): number[] {
  const items = Array.isArray(given)
    ? given
    : typeof given === 'string'
      ? given.split(/[\s,;]+/).filter((text) => text !== '')
      : [given];
  const uids = items.map((item) => {
    if (typeof item === 'object') {
      if (item.uidValidity !== undefined && item.uidValidity !== String(uidValidity))
        throw new AppError(
          'CONFLICT',
          `The folder "${path}" has numbered its mails anew since they were read. Read them again.`,
          {
            details: { folder: path },
          },
        );
      return item.uid;
    }
    const uid = Number(item);
    if (Number.isInteger(uid) && uid > 0) return uid;
    throw new AppError(
      'DATA_FORMAT',
      `"${String(item).slice(0, 100)}" is no number of a mail. Use the uid that "Read mails" gives.`,
    );
  });
  return [...new Set(uids)];
}

/** Those that are there still. */
export async function presentUids(client: ImapFlow, uids: readonly number[]): Promise<number[]> {
  if (uids.length === 0) return [];
  const found = await client.search({ uid: uids.join(',') }, { uid: true });
  return Array.isArray(found) ? found : [];
}

export function missingMails(missing: readonly number[], folder: string): AppError {
  return new AppError(
    'NOT_FOUND',
    `${missing.length === 1 ? 'A mail is' : `${missing.length} mails are`} not in "${folder}" any more. Read the folder again.`,
    { details: { folder, uids: missing.slice(0, 100) } },
  );
}

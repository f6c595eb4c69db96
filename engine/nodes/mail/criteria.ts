import { AppError } from '@casare/shared';
import type { SearchObject } from 'imapflow';
import { z } from 'zod';

const contains = (title: string) => z.string().max(1000).default('').meta({ title });
const yesNo = (title: string) => z.enum(['any', 'yes', 'no']).default('any').meta({ title, 'x-advanced': true });

/** Parameters that say which mails are meant; all of them must hold. */
export const criteriaFields = {
  unreadOnly: z.boolean().default(false).meta({ title: 'Only unread' }),
  from: contains('Sender contains'),
  subject: contains('Subject contains'),
  body: contains('Text contains'),
  to: contains('Recipient contains').meta({ title: 'Recipient contains', 'x-advanced': true }),
  since: z.string().max(100).default('').meta({ title: 'Received since', placeholder: '2026-11-01T08:00:00Z' }),
  before: z.string().max(100).default('').meta({ title: 'Received before', placeholder: '2026-12-01' }),
  hasAttachments: yesNo('With attachments'),
  flagged: yesNo('Flagged'),
  answered: yesNo('Answered'),
  messageId: contains('Message id').meta({ title: 'Message id', 'x-advanced': true }),
};

const criteriaSchema = z.object(criteriaFields);
export type Criteria = z.output<typeof criteriaSchema>;

const day = 86_400_000;

/** What the server is asked; days are its finest measure, so a day is left on both sides. */
export function searchQuery(criteria: Criteria): SearchObject {
  const { from, to, subject, body, messageId } = criteria;
  const since = momentOf(criteria.since);
  const before = momentOf(criteria.before);
  return {
    deleted: false,
    ...(criteria.unreadOnly ? { seen: false } : {}),
    ...(from === '' ? {} : { from }),
    ...(to === '' ? {} : { to }),
    ...(subject === '' ? {} : { subject }),
    ...(body === '' ? {} : { body }),
    ...(since === undefined ? {} : { since: new Date(since - day) }),
    ...(before === undefined ? {} : { before: new Date(before + day) }),
    ...(criteria.flagged === 'any' ? {} : { flagged: criteria.flagged === 'yes' }),
    ...(criteria.answered === 'any' ? {} : { answered: criteria.answered === 'yes' }),
    ...(messageId === '' ? {} : { header: { 'message-id': messageId } }),
  };
}

/** What the server cannot say: attachments, and times within a day. */
export function fitsCriteria(
  { hasAttachments, since, before }: Criteria,
  mail: { hasAttachments: boolean; receivedAt: string | null },
): boolean {
  const received = mail.receivedAt === null ? undefined : Date.parse(mail.receivedAt);
  const [from, to] = [momentOf(since), momentOf(before)];
  if (hasAttachments !== 'any' && mail.hasAttachments !== (hasAttachments === 'yes')) return false;
  if (received === undefined) return true;
  return (from === undefined || received >= from) && (to === undefined || received < to);
}

function momentOf(text: string): number | undefined {
  if (text === '') return undefined;
  const moment = Date.parse(text);
  if (Number.isFinite(moment)) return moment;
  throw new AppError('DATA_FORMAT', `"${text}" is no moment. Write it like 2026-12-24 or 2026-12-24T18:00:00Z.`);
}

import { AppError } from '@casare/shared';
import type { Address } from 'nodemailer/lib/addressparser';
import { z } from 'zod';

export interface MailAddress {
  name: string;
  address: string;
}

export const addressesField = (title: string, description?: string) =>
  z
    .union([z.string().max(100_000), z.array(z.string().max(1000)).max(5000)])
    .default('')
    .meta({
      title,
      placeholder: 'Ada <ada@example.com>, bob@example.com',
      ...(description === undefined ? {} : { description }),
    });

/** Reads `Ada <ada@example.com>, bob@example.com` or a list of such; whatever could begin another header is refused. */
export async function readAddresses(given: string | readonly string[], field: string): Promise<MailAddress[]> {
  const { default: parse } = await import('nodemailer/lib/addressparser');
  const texts = typeof given === 'string' ? [given] : given;
  return texts.flatMap((text) => {
    refuseLineBreaks(text, field);
    return (parse(text) as Address[]).flatMap(membersOf).map((found) => checked(found, field));
  });
}

/** A line break in a header would begin a second one: recipients or content nobody intended. */
export function refuseLineBreaks(text: string, field: string): void {
  if (/[\r\n\0\u2028\u2029]/.test(text))
    throw new AppError('DATA_FORMAT', `"${field}" of the mail holds a line break or a NUL character. Remove it.`, {
      details: { field },
    });
}

function membersOf(found: Address): MailAddress[] {
  return found.group === undefined ? [{ name: found.name, address: found.address }] : found.group.flatMap(membersOf);
}

function checked(found: MailAddress, field: string): MailAddress {
  if (/^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+$/.test(found.address)) return found;
  throw new AppError(
    'DATA_FORMAT',
    `"${(found.address || found.name).slice(0, 200)}" in "${field}" is no mail address. Write it like ada@example.com.`,
    {
      details: { field },
    },
  );
}

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startDovecot } from '../../../support/servers/dovecot.ts';
import { prepareTempFolders } from '../../../support/temp.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { openNodeBench } from '../run-one.ts';

const bench = await openNodeBench();
const imap = await startDovecot(await prepareTempFolders('mailbox')());
const account = {
  host: 'localhost',
  port: imap.tlsPort,
  user: imap.user,
  password: imap.password,
  certificate: imap.certificate,
};

interface Letter {
  subject: string;
  from?: string;
  text?: string;
  attachments?: Record<string, string>;
}

async function deliver({
  subject,
  from = 'Ada <ada@example.com>',
  text = 'Hello',
  attachments = {},
}: Letter): Promise<void> {
  const parts = Object.entries(attachments).map(
    ([name, content]) =>
      `--edge\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename="${name}"\nContent-Transfer-Encoding: base64\n\n${Buffer.from(content).toString('base64')}\n`,
  );
  const id = `<${subject.replaceAll(/\W/g, '')}@example.com>`;
  await imap.deliver(
    `From: ${from}\nTo: Robot <robot@example.com>\nSubject: ${subject}\nMessage-ID: ${id}\nDate: Sat, 21 Nov 2026 06:00:00 +0000\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=edge\n\n--edge\nContent-Type: text/plain; charset=utf-8\n\n${text}\n${parts.join('')}--edge--\n`,
  );
}

const read = async (criteria: Record<string, unknown>) =>
  (await bench.run('mail.read', { ...account, ...criteria })).output;
const subjects = async (criteria: Record<string, unknown>): Promise<string[]> =>
  (await read(criteria)).messages.map(({ subject }: { subject: string }) => subject);
/** Maildir numbers mails when it is looked at: one by one, so that the order is known. */
async function deliverAll(letters: Letter[]): Promise<void> {
  for (const letter of letters) {
    await deliver(letter);
    await subjects({ subject: letter.subject });
  }
}

describe('reading', () => {
  it('finds mails by sender, subject, text, attachments and marks, newest first', async () => {
    await deliverAll([
      { subject: 'Invoice 1', from: 'Billing <billing@shop.example>', attachments: { 'invoice.pdf': 'one' } },
      { subject: 'Invoice 2', from: 'Billing <billing@shop.example>', text: 'Zahlung fällig' },
      { subject: 'Lunch', text: 'At noon?' },
    ]);
    expect(await subjects({})).toEqual(['Lunch', 'Invoice 2', 'Invoice 1']);
    expect(await subjects({ newestFirst: false, limit: 2 })).toEqual(['Invoice 1', 'Invoice 2']);
    expect(await subjects({ from: 'shop.example' })).toEqual(['Invoice 2', 'Invoice 1']);
    expect(await subjects({ subject: 'lunch' })).toEqual(['Lunch']);
    expect(await subjects({ body: 'fällig' })).toEqual(['Invoice 2']);
    expect(await subjects({ hasAttachments: 'yes' })).toEqual(['Invoice 1']);
    expect(await subjects({ hasAttachments: 'no', from: 'shop' })).toEqual(['Invoice 2']);
    expect(await subjects({ messageId: '<Lunch@example.com>' })).toEqual(['Lunch']);
    expect(await subjects({ since: new Date(Date.now() + 60_000).toISOString() })).toEqual([]);
    expect(await subjects({ since: new Date(Date.now() - 60_000).toISOString(), subject: 'Lunch' })).toEqual(['Lunch']);
    expect(await subjects({ before: new Date(Date.now() - 60_000).toISOString() })).toEqual([]);
  });

  it('gives content and attachments, or only the heads', async () => {
    const [full] = (await read({ subject: 'Invoice 1' })).messages;
    expect(full).toMatchObject({
      from: 'Billing <billing@shop.example>',
      fromAddress: 'billing@shop.example',
      to: ['Robot <robot@example.com>'],
      date: '2026-11-21T06:00:00.000Z',
      isRead: false,
      hasAttachments: true,
      attachments: [{ name: 'invoice.pdf', size: 3, isInline: false }],
    });
    expect(full.text.trim()).toBe('Hello');
    const [head] = (await read({ subject: 'Invoice 1', withBody: false })).messages;
    expect(head).toMatchObject({
      text: null,
      html: null,
      hasAttachments: true,
      attachments: [{ name: 'invoice.pdf' }],
    });
  });

  it('marks as read only when asked, and reads the same mails again after a crash', async () => {
    await deliverAll([{ subject: 'Ticket A' }, { subject: 'Ticket B' }]);
    const unread = { subject: 'Ticket', unreadOnly: true };
    expect(await subjects(unread)).toHaveLength(2);
    expect(await subjects({ ...unread, markAsRead: true })).toHaveLength(2);
    expect(await subjects(unread)).toEqual([]);
    const again = await bench.run(
      'mail.read',
      { ...account, ...unread, markAsRead: true },
      { resumed: bench.checkpoints.at(-1) },
    );
    expect(again.output.messages).toMatchObject([{ subject: 'Ticket B' }, { subject: 'Ticket A' }]);
  });

  it('reads one mail with its headers and keeps it as a file that can be read again', async () => {
    const [mail] = (await read({ subject: 'Invoice 1', withBody: false })).messages;
    const { output } = await bench.run('mail.get', { ...account, mail, saveAs: 'kept/mail.eml' });
    expect(output.headers['subject']).toEqual(['Invoice 1']);
    const parsed = await bench.run('mail.parse', { path: output.path, saveTo: 'from-file' });
    expect(parsed.output).toMatchObject({ subject: 'Invoice 1', messageId: '<Invoice1@example.com>' });
    expect(await readFile(join(bench.folder, 'from-file', 'invoice.pdf'), 'utf8')).toBe('one');
    expect(await bench.fail('mail.get', { ...account, mail: 9999 })).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('attachments', () => {
  it('are saved under names that lead nowhere else, and never over each other', async () => {
    await deliverAll([
      { subject: 'Files 1', attachments: { '../../evil.txt': 'a', 'list.csv': '1', 'CON.txt': 'device' } },
      { subject: 'Files 2', attachments: { 'list.csv': '2', 'picture.png': 'x' } },
    ]);
    const { messages } = await read({ subject: 'Files', newestFirst: false });
    const given = { ...account, mails: messages, pattern: '*.txt, *.csv' };
    const { output } = await bench.run('mail.saveAttachments', given);
    const names = output.paths.map((path: string) => path.slice(bench.folder.length + 1));
    expect(names).toEqual(
      ['evil.txt', 'list.csv', '_CON.txt', 'list (2).csv'].map((name) => join('attachments', name)),
    );
    expect(await readFile(output.paths[3], 'utf8')).toBe('2');
    const again = await bench.run('mail.saveAttachments', given);
    expect(again.output.paths).toEqual(output.paths);
  });

  it('are refused where the folder lies outside the run', async () => {
    const { messages } = await read({ subject: 'Files 1' });
    expect(
      await bench.fail('mail.saveAttachments', { ...account, mails: messages, saveTo: '../outside' }),
    ).toMatchObject({ code: 'FILE_ACCESS' });
  });
});

describe('changing', () => {
  it('marks, and takes marks away', async () => {
    await deliverAll([{ subject: 'Marked' }]);
    const { messages } = await read({ subject: 'Marked' });
    for (const as of ['read', 'flagged', 'answered'] as const)
      await bench.run('mail.mark', { ...account, mails: messages, as });
    expect((await read({ subject: 'Marked', flagged: 'yes', answered: 'yes' })).messages).toMatchObject([
      { isRead: true, isFlagged: true },
    ]);
    await bench.run('mail.mark', { ...account, mails: String(messages[0].uid), as: 'unread' });
    expect(await subjects({ subject: 'Marked', unreadOnly: true })).toEqual(['Marked']);
  });

  it('moves and copies into folders it makes, once', async () => {
    await deliverAll([{ subject: 'Old 1' }, { subject: 'Old 2' }]);
    const { messages } = await read({ subject: 'Old', newestFirst: false });
    await bench.run('mail.move', { ...account, mails: messages[0], to: 'Copies/Old', copy: true });
    const { output } = await bench.run('mail.move', { ...account, mails: messages, to: 'Archive' });
    expect(output.newUids).toHaveLength(2);
    expect(await subjects({ subject: 'Old' })).toEqual([]);
    expect(await subjects({ folder: 'Archive' })).toEqual(['Old 2', 'Old 1']);
    expect(await subjects({ folder: 'Copies/Old' })).toEqual(['Old 1']);
    expect(await bench.fail('mail.move', { ...account, mails: messages, to: 'Archive' })).toMatchObject({
      code: 'NOT_FOUND',
    });
    const resumed = await bench.run(
      'mail.move',
      { ...account, mails: messages, to: 'Archive' },
      { resumed: bench.checkpoints.at(-1) },
    );
    expect(resumed.output.count).toBe(2);
    expect(await subjects({ folder: 'Archive' })).toHaveLength(2);
  });

  it('deletes into the trash or for good, and does not mind what is gone', async () => {
    await deliverAll([{ subject: 'Gone 1' }, { subject: 'Gone 2' }]);
    const [second, first] = (await read({ subject: 'Gone' })).messages;
    await bench.run('mail.delete', { ...account, mails: first });
    expect(await subjects({ folder: 'Trash' })).toEqual(['Gone 1']);
    await bench.run('mail.delete', { ...account, mails: [second], forGood: true });
    expect(await subjects({ folder: 'Trash' })).toEqual(['Gone 1']);
    expect((await bench.run('mail.delete', { ...account, mails: [first, second] })).output.count).toBe(0);
    const { output } = await bench.run('mail.folders', account);
    expect(output.folders).toContainEqual({ path: 'Trash', name: 'Trash', use: 'trash', messages: 1, unread: 1 });
  });

  it('touches nothing when the folder has numbered its mails anew', async () => {
    const { messages } = await read({ subject: 'Marked' });
    const mails = { ...messages[0], uidValidity: '1' };
    expect(await bench.fail('mail.delete', { ...account, mails })).toMatchObject({ code: 'CONFLICT' });
  });
});

describe('waiting', () => {
  const wait = { ...account, subject: 'Code', waitSeconds: 20 };

  it('returns when the mail comes, and not for one that was there', async () => {
    await deliverAll([{ subject: 'Code 1' }]);
    const before = bench.checkpoints.length;
    const waiting = bench.run('mail.waitFor', wait);
    await waitFor(() => bench.checkpoints.length > before, { until: 'the step waits' });
    await deliver({ subject: 'Code 2', text: '424242' });
    const { output, port } = await waiting;
    expect(port).toBeUndefined();
    expect(output).toMatchObject({ found: true, message: { subject: 'Code 2' } });
    expect(output.messages).toHaveLength(1);
    const existing = await bench.run('mail.waitFor', { ...wait, alsoExisting: true });
    expect(existing.output.messages).toHaveLength(2);
    const marking = { ...wait, alsoExisting: true, unreadOnly: true, markAsRead: true };
    await bench.run('mail.waitFor', marking);
    const resumed = await bench.run('mail.waitFor', marking, { resumed: bench.checkpoints.at(-1) });
    expect(resumed.output.messages).toHaveLength(2);
  });

  it('leaves by Timed out, a resumed run after the rest of the time only', async () => {
    const { output, port } = await bench.run('mail.waitFor', { ...wait, waitSeconds: 0.3 });
    expect([port, output.found]).toEqual(['timeout', false]);
    const startedAt = performance.now();
    const resumed = { begun: Date.now() - 60_000, fromUid: 9999 };
    expect((await bench.run('mail.waitFor', wait, { resumed })).port).toBe('timeout');
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });

  it('ends within 2 s when the run is cancelled', async () => {
    const abort = new AbortController();
    const before = bench.checkpoints.length;
    const waiting = bench.run('mail.waitFor', { ...wait, waitSeconds: 600 }, { signal: abort.signal });
    waiting.catch(() => undefined);
    await waitFor(() => bench.checkpoints.length > before, { until: 'the step waits' });
    const cancelledAt = performance.now();
    abort.abort(new Error('cancelled by a person'));
    await expect(waiting).rejects.toThrow('cancelled by a person');
    expect(performance.now() - cancelledAt).toBeLessThan(2000);
  });
});

describe('refusals', () => {
  it('say what is wrong', async () => {
    const fail = (change: Record<string, unknown>) => bench.fail('mail.read', { ...account, ...change });
    expect(await fail({ password: 'wrong' })).toMatchObject({ code: 'SIGN_IN_FAILED', retryable: false });
    expect(await fail({ certificate: '' })).toMatchObject({ code: 'CONNECTION_FAILED', retryable: false });
    expect(await fail({ folder: 'No such folder' })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await fail({ since: 'yesterday noon' })).toMatchObject({ code: 'DATA_FORMAT' });
    expect(await fail({ host: 'fd00:ec2::254' })).toMatchObject({ details: { denied: true } });
    await writeFile(join(bench.folder, 'no-mail.eml'), '');
    expect(await bench.fail('mail.parse', { path: 'no-mail.eml' })).toMatchObject({ code: 'DATA_FORMAT' });
  });

  it('a mailbox is read over STARTTLS too', async () => {
    const output = await read({ port: imap.port, security: 'starttls', subject: 'Lunch' });
    expect(output.count).toBe(1);
  });
});

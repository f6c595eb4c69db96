import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { afterAll, describe, expect, it } from 'vitest';
import { makeCertificate } from '../../../support/servers/certificate.ts';
import { startDovecot } from '../../../support/servers/dovecot.ts';
import { startSmtp } from '../../../support/servers/smtp.ts';
import { prepareTempFolders } from '../../../support/temp.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { openNodeBench } from '../run-one.ts';

const bench = await openNodeBench();
const makeTempFolder = prepareTempFolders('mail-send');
const certificate = await makeCertificate(await makeTempFolder());
const smtp = await startSmtp({ security: 'tls', certificate });
const starttls = await startSmtp({ security: 'starttls', certificate });
const plain = await startSmtp({ security: 'none', certificate });
const imap = await startDovecot(await makeTempFolder());
let hasAsked = false;
const silent = await startSmtp({ security: 'tls', certificate, onMessage: () => new Promise(() => (hasAsked = true)) });
const broken = createServer((socket) => hangUpAfterMessage(socket)).listen(0, '127.0.0.1');
await once(broken, 'listening');
afterAll(() => void broken.close());
const signIn = { user: 'robot', password: 'secret word', certificate: certificate.certificate };
const account = { host: smtp.host, port: smtp.port, ...signIn };
const mail = { from: 'robot@example.com', to: 'ada@example.com', subject: 'Report', text: 'Here it is.' };

describe('sending a mail', () => {
  it('carries text, HTML, attachments and pictures, and hides the blind copy', async () => {
    await writeFile(join(bench.folder, 'report ä.pdf'), Buffer.from('%PDF-1.7 figures'));
    await writeFile(join(bench.folder, 'logo.png'), Buffer.from([137, 80, 78, 71]));
    const { output } = await bench.run('mail.send', {
      ...account,
      ...mail,
      senderName: 'Röbot, the first',
      to: 'Ada <ada@example.com>, bob@example.com',
      cc: ['carl@example.com'],
      bcc: 'boss@example.com',
      replyTo: 'desk@example.com',
      html: '<p>Here it is. <img src="cid:logo"></p>',
      attachments: ['report ä.pdf'],
      inlineImages: { logo: 'logo.png' },
      priority: 'high',
      readReceipt: true,
      inReplyTo: '<first@example.com>',
      headers: { 'X-Order': '4711' },
    });
    const taken = smtp.taken.at(-1);
    const parsed = await simpleParser(taken?.raw ?? '');
    expect(taken).toMatchObject({ from: 'robot@example.com', user: 'robot', isEncrypted: true });
    expect(taken?.to).toEqual(['ada@example.com', 'bob@example.com', 'carl@example.com', 'boss@example.com']);
    expect(taken?.raw).not.toContain('boss@example.com');
    expect(parsed.from?.value).toEqual([{ name: 'Röbot, the first', address: 'robot@example.com' }]);
    expect(parsed).toMatchObject({ subject: 'Report', text: 'Here it is.', inReplyTo: '<first@example.com>' });
    expect(parsed.headers.get('priority')).toBe('high');
    expect(parsed.headers.get('x-order')).toBe('4711');
    expect(parsed.headers.get('disposition-notification-to')).toBeTruthy();
    expect(parsed.attachments.map(({ filename, related }) => [filename, related === true])).toEqual([
      ['logo.png', true],
      ['report ä.pdf', false],
    ]);
    expect(parsed.attachments[1]?.content.toString()).toBe('%PDF-1.7 figures');
    expect(output).toMatchObject({ rejected: [], messageId: parsed.messageId, copySaved: false });
  });

  it('gives every try of one step the same message id', async () => {
    const first = await bench.run('mail.send', { ...account, ...mail }, { effectKey: 'key-of-a-step' });
    const second = await bench.run('mail.send', { ...account, ...mail }, { effectKey: 'key-of-a-step' });
    expect(first.output.messageId).toBe('<key-of-a-step@example.com>');
    expect(second.output.messageId).toBe(first.output.messageId);
    expect(bench.checkpoints.at(-1)).toEqual({ messageId: first.output.messageId });
  });

  it('signs in with an access token over STARTTLS', async () => {
    const oauth2 = { auth: 'oauth2', accessToken: 'fresh-token', security: 'starttls', port: starttls.port };
    await bench.run('mail.send', { ...account, ...mail, ...oauth2 });
    expect(starttls.taken).toMatchObject([{ user: 'robot', isEncrypted: true }]);
    const error = await bench.fail('mail.send', { ...account, ...mail, ...oauth2, accessToken: 'stale' });
    expect(error).toMatchObject({ code: 'SIGN_IN_FAILED', retryable: false });
  });

  it('tells whom the server did not take, and fails when it takes nobody', async () => {
    const { output } = await bench.run('mail.send', { ...account, ...mail, to: 'ada@example.com, nobody@example.com' });
    expect(output).toMatchObject({ accepted: ['ada@example.com'], rejected: [{ address: 'nobody@example.com' }] });
    expect(bench.logs.at(-1)).toMatchObject({ level: 'warn' });
    const error = await bench.fail('mail.send', { ...account, ...mail, to: 'nobody@example.com' });
    expect(error).toMatchObject({ code: 'MAIL_FAILED', retryable: false });
  });
});

describe('refusals', () => {
  it.each([
    ['subject', { subject: 'Hi\r\nBcc: thief@example.com' }],
    ['recipient', { to: 'ada@example.com\nthief@example.com' }],
    ['sender name', { senderName: 'Robot\r\nBcc: thief@example.com' }],
    ['header value', { headers: { 'X-Order': '1\r\nBcc: thief@example.com' } }],
    ['header name', { headers: { 'X-Order: 1\r\nBcc': 'thief@example.com' } }],
    ['header of the step itself', { headers: { Bcc: 'thief@example.com' } }],
    ['message answered', { inReplyTo: '<a@b>\r\nBcc: thief@example.com' }],
    ['address', { to: 'not an address' }],
  ])('a %s that would change the mail is refused', async (_what, change) => {
    const before = smtp.taken.length;
    expect(await bench.fail('mail.send', { ...account, ...mail, ...change })).toMatchObject({ code: 'DATA_FORMAT' });
    expect(smtp.taken.length).toBe(before);
  });

  it('does not read attachments from outside the folders of the run', async () => {
    const error = await bench.fail('mail.send', { ...account, ...mail, attachments: ['/etc/passwd'] });
    expect(error.code).toBe('FILE_ACCESS');
  });

  it('does not trust a certificate nobody vouches for, unless told to', async () => {
    const unknown = { ...account, certificate: '', ...mail };
    expect(await bench.fail('mail.send', unknown)).toMatchObject({ code: 'CONNECTION_FAILED', retryable: false });
    const { output } = await bench.run('mail.send', { ...unknown, verifyTls: false });
    expect(output.accepted).toEqual(['ada@example.com']);
  });

  it('does not sign in without STARTTLS when it is asked for', async () => {
    const given = { ...account, ...mail, port: plain.port };
    expect(await bench.fail('mail.send', { ...given, security: 'starttls' })).toMatchObject({
      code: 'CONNECTION_FAILED',
    });
    await bench.run('mail.send', { ...given, security: 'none' });
    expect(plain.taken).toMatchObject([{ user: 'robot', isEncrypted: false }]);
  });

  it('says what is wrong with user, server and port', async () => {
    expect(await bench.fail('mail.send', { ...account, ...mail, password: 'wrong' })).toMatchObject({
      code: 'SIGN_IN_FAILED',
    });
    expect(await bench.fail('mail.send', { ...account, ...mail, port: 1 })).toMatchObject({
      code: 'CONNECTION_FAILED',
      retryable: true,
    });
    expect(await bench.fail('mail.send', { ...account, ...mail, host: '169.254.169.254' })).toMatchObject({
      details: { denied: true },
    });
  });
});

describe('when nobody knows whether the mail went out', () => {
  it('is in doubt when the server hangs up after it has the message', async () => {
    const { port } = broken.address() as AddressInfo;
    const error = await bench.fail('mail.send', { ...mail, host: '127.0.0.1', port, security: 'none' });
    expect(error).toMatchObject({ code: 'STEP_IN_DOUBT', retryable: false });
  });

  it('finds its copy in the Sent folder and does not send again', async () => {
    const copy = { savesCopy: true, imapHost: imap.host, imapPort: imap.port, imapSecurity: 'none' };
    const given = { ...account, ...mail, ...copy };
    const before = smtp.taken.length;
    const first = await bench.run('mail.send', given, { effectKey: 'interrupted' });
    expect(first.output.copySaved).toBe(true);
    const again = await bench.run('mail.send', given, { effectKey: 'interrupted', resumed: { messageId: '<x>' } });
    expect(again.output.messageId).toBe(first.output.messageId);
    expect(smtp.taken.length).toBe(before + 1);
    const sent = await bench.run('mail.read', {
      host: imap.host,
      port: imap.port,
      security: 'none',
      user: imap.user,
      password: imap.password,
      folder: 'Sent',
    });
    expect(sent.output.messages).toMatchObject([{ subject: 'Report', isRead: true }]);
    await bench.run('mail.send', given, { effectKey: 'never sent', resumed: { messageId: '<x>' } });
    expect(smtp.taken.length).toBe(before + 2);
  });

  it('has sent it even when the copy cannot be kept', async () => {
    const { output } = await bench.run('mail.send', {
      ...account,
      ...mail,
      savesCopy: true,
      imapHost: '127.0.0.1',
      imapPort: 1,
    });
    expect(output).toMatchObject({ accepted: ['ada@example.com'], copySaved: false });
  });

  it('ends within 2 s when the run is cancelled while the server is silent', async () => {
    const abort = new AbortController();
    const sending = bench.run('mail.send', { ...account, ...mail, port: silent.port }, { signal: abort.signal });
    sending.catch(() => undefined);
    await waitFor(() => hasAsked, { until: 'the server has the message' });
    const cancelledAt = performance.now();
    abort.abort(new Error('cancelled by a person'));
    await expect(sending).rejects.toThrow('cancelled by a person');
    expect(performance.now() - cancelledAt).toBeLessThan(2000);
  });
});

/** Takes the message and hangs up instead of confirming it. */
function hangUpAfterMessage(socket: Socket): void {
  let isData = false;
  socket.on('error', () => undefined);
  socket.write('220 test\r\n');
  socket.on('data', (chunk: Buffer) => {
    const text = chunk.toString();
    if (isData) {
      if (text.endsWith('\r\n.\r\n')) socket.destroy();
    } else if (/^DATA/im.test(text)) {
      isData = true;
      socket.write('354 go on\r\n');
    } else socket.write('250 fine\r\n');
  });
}

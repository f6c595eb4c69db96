import { AppError } from '@casare/shared';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { isIP } from 'node:net';
import { Readable } from 'node:stream';
import type { MailServer, OutgoingMail, SentMail } from '../remotes.ts';
import { tlsOf } from './mailbox.ts';
import { codeOf, connectionError, signInError } from './remote-errors.ts';

/** One connection per message: SMTP servers close idle ones soon, and a message is never lost with a stale one. */
export async function sendMail(
  server: MailServer,
  address: string,
  mail: OutgoingMail,
  signal: AbortSignal,
): Promise<SentMail> {
  signal.throwIfAborted();
  const { default: Connection } = await import('nodemailer/lib/smtp-connection');
  const { host, port, security, timeoutMs } = server;
  const connection = new Connection({
    host: address,
    port,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    tls: tlsOf(server),
  });
  const state = { isHandedOver: false };
  const cancelled = Promise.withResolvers<never>();
  cancelled.promise.catch(() => undefined);
  const cancel = () => {
    cancelled.reject(signal.reason);
    connection.close();
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await Promise.race([talk(connection, server, mail, state), cancelled.promise]);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw sendError(error, server, state.isHandedOver);
  } finally {
    signal.removeEventListener('abort', cancel);
    connection.close();
  }
}

type Answered<Answer> = (error?: Error | null, answer?: Answer) => void;

async function talk(
  connection: SMTPConnection,
  { user, password, accessToken }: MailServer,
  mail: OutgoingMail,
  state: { isHandedOver: boolean },
): Promise<SentMail> {
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  connection.on('error', (error: Error) => failed.reject(error));
  connection.on('end', () => failed.reject(new Error('the server hung up')));
  const ask = async <Answer>(start: (done: Answered<Answer>) => void) =>
    await Promise.race([
      failed.promise,
      new Promise<Answer>((resolve, reject) => {
        start((error, answer) => (error ? reject(error) : resolve(answer as Answer)));
      }),
    ]);

  await ask((done) => connection.connect(done));
  if (user) {
    const { default: XOAuth2 } = await import('nodemailer/lib/xoauth2');
    const auth = accessToken
      ? { user, method: 'XOAUTH2', oauth2: new XOAuth2({ user, accessToken }) }
      : { user, pass: password ?? '', credentials: { user, pass: password ?? '' } };
    await ask((done) => connection.login(auth as Parameters<typeof connection.login>[0], done));
  }
  // The body is read only after the server has said that it wants it: from then on it may have taken the message.
  const body = Readable.from(
    (async function* () {
      state.isHandedOver = true;
      yield mail.raw;
    })(),
  );
  const envelope = { from: mail.from, to: [...mail.recipients], size: mail.raw.byteLength };
  const info = await ask<SMTPConnection.SentMessageInfo>((done) => connection.send(envelope, body, done));
  connection.quit();
  return {
    accepted: info.accepted.map(String),
    rejected: info.rejected.map((address, i) => ({
      address: String(address),
      reason: info.rejectedErrors?.[i]?.message ?? '',
    })),
    response: info.response,
  };
}

function sendError(error: unknown, server: MailServer, isHandedOver: boolean): AppError {
  if (error instanceof AppError) return error;
  const { responseCode, response } = error as { responseCode?: number; response?: string };
  const code = codeOf(error);
  if (code === 'EAUTH') return signInError(error, server, server.user ?? '');
  const where = `"${server.host}:${server.port}"`;
  if (code === 'ETLS' && /STARTTLS/i.test(String(error)))
    return new AppError(
      'CONNECTION_FAILED',
      `${where} does not offer STARTTLS. Choose TLS, or "none" for a server inside your own network.`,
      {
        details: { host: server.host },
        cause: error,
      },
    );
  if (responseCode !== undefined && responseCode >= 400) {
    const isTemporary = responseCode < 500;
    return new AppError(
      'MAIL_FAILED',
      `${where} did not take the message: ${response ?? String(responseCode)}. ${isTemporary ? 'Try again later.' : 'Correct the message or its recipients.'}`,
      {
        retryable: isTemporary,
        details: { host: server.host, reason: responseCode },
        cause: error,
      },
    );
  }
  if (isHandedOver)
    return new AppError(
      'STEP_IN_DOUBT',
      `The connection to ${where} ended before the server confirmed the message. Look whether it was sent before it is sent again.`,
      { details: { host: server.host, reason: code }, cause: error },
    );
  return connectionError(error, server);
}

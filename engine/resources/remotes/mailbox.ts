import { AppError } from '@casare/shared';
import type { ImapFlow } from 'imapflow';
import { isIP } from 'node:net';
import { rootCertificates } from 'node:tls';
import type { MailServer } from '../remotes.ts';
import type { Connection } from './keep-connection.ts';
import { connectionError, signInError } from './remote-errors.ts';

export interface MailboxConnection extends Connection {
  use<Result>(work: (client: ImapFlow) => Promise<Result>): Promise<Result>;
}

export async function connectMailbox(server: MailServer, address: string): Promise<MailboxConnection> {
  const { ImapFlow } = await import('imapflow');
  const { host, port, security, user = '', password, accessToken, timeoutMs } = server;
  const client = new ImapFlow({
    host: address,
    port,
    secure: security === 'tls',
    ...(security === 'tls' ? {} : { doSTARTTLS: security === 'starttls' }),
    ...(isIP(host) === 0 ? { servername: host } : {}),
    auth: { user, ...(accessToken ? { accessToken } : { pass: password ?? '' }) },
    tls: tlsOf(server),
    clientInfo: { name: 'CasareRPA' },
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    // A server may be silent for 29 minutes while it waits for mail; the polling of the steps asks far more often.
    socketTimeout: Math.max(timeoutMs, 120_000),
    // A message of 100 MiB is more than any mail server takes; nothing larger is read into memory.
    maxLiteralSize: 110 * 1024 * 1024,
    maxResponseSize: 220 * 1024 * 1024,
  });
  // Told by the failing command too; without a listener it would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    client.close();
    const { authenticationFailed, serverResponseCode } = error as Record<string, unknown>;
    // The server itself has a problem: a later try can help.
    if (serverResponseCode === 'UNAVAILABLE') throw connectionError(answerOf(error), server);
    if (authenticationFailed) throw signInError(answerOf(error), server, user);
    throw connectionError(error, server);
  }
  return {
    get isAlive() {
      return client.usable;
    },
    close: () => client.close(),
    async use(work) {
      try {
        return await work(client);
      } catch (error) {
        throw mailError(client, error, server);
      }
    },
  };
}

export function tlsOf({ host, verifyTls, certificate }: MailServer) {
  return {
    rejectUnauthorized: verifyTls,
    ...(isIP(host) === 0 ? { servername: host } : { host }),
    ...(certificate ? { ca: [...rootCertificates, certificate] } : {}),
  };
}

function answerOf(error: unknown): Error {
  const text = (error as { responseText?: unknown }).responseText;
  return new Error(typeof text === 'string' ? text : '');
}

function mailError(client: ImapFlow, error: unknown, server: MailServer): unknown {
  if (error instanceof AppError) return error;
  const { responseStatus, responseText, serverResponseCode } = error as Record<string, unknown>;
  const said = typeof responseText === 'string' ? responseText : error instanceof Error ? error.message : String(error);
  const details = { host: server.host, reason: serverResponseCode ?? responseStatus ?? said };
  if (responseStatus === 'NO' || responseStatus === 'BAD') {
    const isMissing =
      /NONEXISTENT|TRYCREATE/.test(String(serverResponseCode)) ||
      /does ?n.t exist|not exist|unknown mailbox/i.test(said);
    return isMissing
      ? new AppError('NOT_FOUND', `The mail server does not have this: ${said}. Check the name of the folder.`, {
          details,
          cause: error,
        })
      : new AppError('MAIL_FAILED', `The mail server refused this: ${said}`, { details, cause: error });
  }
  client.close();
  return connectionError(error, server);
}

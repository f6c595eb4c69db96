import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { callbackify } from 'node:util';
import { SMTPServer } from 'smtp-server';
import { afterAll } from 'vitest';
import type { Certificate } from './certificate.ts';

export interface TakenMail {
  from: string;
  to: string[];
  raw: string;
  user: string | undefined;
  isEncrypted: boolean;
}

export interface SmtpServer {
  host: string;
  port: number;
  taken: TakenMail[];
}

interface SmtpOptions {
  security: 'tls' | 'starttls' | 'none';
  certificate: Certificate;
  /** Asked for every message before it is taken; throws to refuse it. Never returns: the server says nothing any more. */
  onMessage?(mail: TakenMail): Promise<void>;
}

/** Called at the top of a test file: an SMTP server that takes mail from `robot` with the password `secret word` or the token `fresh-token`, and for nobody called `nobody@…`. */
export async function startSmtp({ security, certificate, onMessage }: SmtpOptions): Promise<SmtpServer> {
  const taken: TakenMail[] = [];
  const server = new SMTPServer({
    secure: security === 'tls',
    key: certificate.key,
    cert: certificate.certificate,
    disabledCommands: security === 'none' ? ['STARTTLS'] : [],
    allowInsecureAuth: security === 'none',
    authOptional: true,
    authMethods: ['PLAIN', 'LOGIN', 'XOAUTH2'],
    disableReverseLookup: true,
    closeTimeout: 100,
    onAuth({ username, password, accessToken }, _session, done) {
      if (username === 'robot' && (password === 'secret word' || accessToken === 'fresh-token'))
        done(null, { user: username });
      else done(new Error('Invalid login'));
    },
    onRcptTo({ address }, _session, done) {
      if (address.startsWith('nobody@')) done(Object.assign(new Error('No such user'), { responseCode: 550 }));
      else done();
    },
    onData(stream, session, done) {
      const { mailFrom, rcptTo } = session.envelope;
      const take = async () => {
        const mail: TakenMail = {
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          raw: (await buffer(stream)).toString('utf8'),
          user: session.user as string | undefined,
          isEncrypted: session.secure,
        };
        await onMessage?.(mail);
        taken.push(mail);
      };
      callbackify(take)(done);
    },
  });
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  afterAll(async () => await new Promise<void>((resolve) => server.close(() => resolve())));
  return { host: 'localhost', port: (listening.address() as AddressInfo).port, taken };
}

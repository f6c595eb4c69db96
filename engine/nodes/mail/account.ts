import { z } from 'zod';
import type { MailServer } from '../../resources/remotes.ts';

const security = z.enum(['tls', 'starttls', 'none']);

const signInFields = {
  user: z.string().max(500).default('').meta({ title: 'User name', description: 'Empty: no sign-in.' }),
  auth: z.enum(['password', 'oauth2']).default('password').meta({ title: 'Sign in with' }),
  password: z
    .string()
    .max(5000)
    .default('')
    .meta({ title: 'Password', 'x-widget': 'password', 'x-show-if': { auth: ['password'] } }),
  accessToken: z
    .string()
    .max(20_000)
    .default('')
    .meta({ title: 'Access token', 'x-widget': 'password', 'x-show-if': { auth: ['oauth2'] } }),
  verifyTls: z.boolean().default(true).meta({ title: 'Check the certificate', 'x-advanced': true }),
  certificate: z.string().max(100_000).default('').meta({
    title: 'Trusted certificate',
    description: 'Certificate (PEM) of the authority of the server, where this machine does not know it.',
    'x-widget': 'textarea',
    'x-advanced': true,
  }),
  timeoutSeconds: z
    .number()
    .min(1)
    .max(3600)
    .default(30)
    .meta({ title: 'Longest silence of the server', unit: 's', 'x-advanced': true }),
};

const serverFields = (placeholder: string) => ({
  host: z.string().min(1).max(500).meta({ title: 'Server', placeholder }),
  port: z.int().min(1).max(65_535).optional().meta({ title: 'Port', description: 'Empty: the usual one.' }),
  security: security
    .default('tls')
    .meta({ title: 'Security', description: 'With "none" everybody on the way reads the password.' }),
  ...signInFields,
});

/** Parameters of every step that looks into a mailbox. */
export const imapFields = {
  ...serverFields('imap.example.com'),
  folder: z.string().min(1).max(1000).default('INBOX').meta({ title: 'Mail folder' }),
};

export const imapAccountFields = serverFields('imap.example.com');
export const smtpFields = serverFields('smtp.example.com');

const accountSchema = z.object(smtpFields);
export type Account = z.output<typeof accountSchema>;

const usualPorts = {
  imap: { tls: 993, starttls: 143, none: 143 },
  smtp: { tls: 465, starttls: 587, none: 25 },
};

export function mailServer(kind: 'imap' | 'smtp', given: Account): MailServer {
  return {
    host: given.host,
    port: given.port ?? usualPorts[kind][given.security],
    security: given.security,
    ...(given.user === '' ? {} : { user: given.user }),
    ...(given.auth === 'oauth2' ? { accessToken: given.accessToken } : { password: given.password }),
    verifyTls: given.verifyTls,
    ...(given.certificate === '' ? {} : { certificate: given.certificate }),
    timeoutMs: given.timeoutSeconds * 1000,
  };
}

import { z } from 'zod';
import { oauthFields } from './oauth-fields.ts';

const show = (...kinds: string[]) => ({ 'x-show-if': { auth: kinds } });
const secret = (title: string, ...kinds: string[]) =>
  z
    .string()
    .max(20_000)
    .default('')
    .meta({ title, 'x-widget': 'password', ...show(...kinds) });
const text = (title: string, standard: string, ...kinds: string[]) =>
  z
    .string()
    .max(500)
    .default(standard)
    .meta({ title, ...show(...kinds) });

/** Parameters of every HTTP step that say who asks. */
export const authFields = {
  auth: z
    .enum(['none', 'basic', 'digest', 'bearer', 'apiKey', 'oauth2', 'aws', 'hmac'])
    .default('none')
    .meta({ title: 'Sign in with' }),
  username: text('User name', '', 'basic', 'digest'),
  password: secret('Password', 'basic', 'digest'),
  token: secret('Token, key or secret', 'bearer', 'apiKey', 'hmac'),
  keyName: z
    .string()
    .min(1)
    .max(200)
    .default('X-API-Key')
    .meta({ title: 'Name of the key', ...show('apiKey') }),
  keyIn: z
    .enum(['header', 'query'])
    .default('header')
    .meta({ title: 'Where the key stands', ...show('apiKey') }),
  ...oauthFields,
  accessKey: text('Access key', '', 'aws'),
  secretKey: secret('Secret key', 'aws'),
  sessionToken: secret('Session token', 'aws'),
  region: text('Region', 'us-east-1', 'aws'),
  service: z
    .string()
    .max(100)
    .default('')
    .meta({ title: 'Service', placeholder: 'execute-api', ...show('aws') }),
  signatureHeader: text('Header of the signature', 'X-Signature', 'hmac'),
  signaturePrefix: z
    .string()
    .max(50)
    .default('')
    .meta({ title: 'Before the signature', placeholder: 'sha256=', ...show('hmac') }),
  signatureHash: z
    .enum(['sha256', 'sha512', 'sha1'])
    .default('sha256')
    .meta({ title: 'Hash', ...show('hmac') }),
  signatureEncoding: z
    .enum(['hex', 'base64'])
    .default('hex')
    .meta({ title: 'Written as', ...show('hmac') }),
  timestampHeader: z
    .string()
    .max(200)
    .default('')
    .meta({
      title: 'Header of the time',
      description: 'With it the signature covers "seconds.body", without it the body alone.',
      ...show('hmac'),
    }),
  credentialHosts: z.array(z.string().min(1).max(253)).max(50).default([]).meta({
    title: 'Credentials only for',
    description: 'Hosts such as api.example.com or *.example.com; to any other the step sends nothing.',
    'x-widget': 'list',
    'x-advanced': true,
  }),
};

const authSchema = z.object(authFields);
export type AuthParams = z.output<typeof authSchema>;

import { z } from 'zod';

const show = (...kinds: string[]) => ({ 'x-show-if': { auth: kinds } });

/** Parameters of every HTTP step that say who asks. */
export const authFields = {
  auth: z.enum(['none', 'basic', 'bearer', 'apiKey']).default('none').meta({ title: 'Sign in with' }),
  username: z
    .string()
    .max(500)
    .default('')
    .meta({ title: 'User name', ...show('basic') }),
  password: z
    .string()
    .max(5000)
    .default('')
    .meta({ title: 'Password', 'x-widget': 'password', ...show('basic') }),
  token: z
    .string()
    .max(20_000)
    .default('')
    .meta({ title: 'Token or key', 'x-widget': 'password', ...show('bearer', 'apiKey') }),
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
};

const authSchema = z.object(authFields);

interface Credentials {
  headers: Record<string, string>;
  query: Record<string, string>;
  /** Headers that must not follow a redirect to another host. */
  credentialHeaders: string[];
}

export function credentialsOf({
  auth,
  username,
  password,
  token,
  keyName,
  keyIn,
}: z.output<typeof authSchema>): Credentials {
  switch (auth) {
    case 'none':
      return { headers: {}, query: {}, credentialHeaders: [] };
    case 'basic':
      return {
        headers: { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
        query: {},
        credentialHeaders: [],
      };
    case 'bearer':
      return { headers: { authorization: `Bearer ${token}` }, query: {}, credentialHeaders: [] };
    case 'apiKey':
      return keyIn === 'query'
        ? { headers: {}, query: { [keyName]: token }, credentialHeaders: [] }
        : { headers: { [keyName]: token }, query: {}, credentialHeaders: [keyName.toLowerCase()] };
  }
}

import { z } from 'zod';

const show = { 'x-show-if': { auth: ['oauth2'] } };

/** How a step of its own accord gets a token; only grants that need no person. */
export const oauthFields = {
  grant: z
    .enum(['client_credentials', 'refresh_token', 'password'])
    .default('client_credentials')
    .meta({ title: 'Token by', ...show }),
  tokenUrl: z
    .string()
    .max(4096)
    .default('')
    .meta({ title: 'Token address', placeholder: 'https://login.example.com/oauth2/token', ...show }),
  clientId: z
    .string()
    .max(1000)
    .default('')
    .meta({ title: 'Client ID', ...show }),
  clientSecret: z
    .string()
    .max(20_000)
    .default('')
    .meta({ title: 'Client secret', 'x-widget': 'password', ...show }),
  clientAuth: z
    .enum(['basic', 'body'])
    .default('basic')
    .meta({ title: 'Client is named in', 'x-advanced': true, ...show }),
  scope: z
    .string()
    .max(4000)
    .default('')
    .meta({ title: 'Scope', ...show }),
  refreshToken: z
    .string()
    .max(20_000)
    .default('')
    .meta({
      title: 'Refresh token',
      'x-widget': 'password',
      'x-show-if': { auth: ['oauth2'], grant: ['refresh_token'] },
    }),
  ownerName: z
    .string()
    .max(500)
    .default('')
    .meta({ title: 'User', 'x-show-if': { auth: ['oauth2'], grant: ['password'] } }),
  ownerPassword: z
    .string()
    .max(5000)
    .default('')
    .meta({
      title: 'Password of the user',
      'x-widget': 'password',
      'x-show-if': { auth: ['oauth2'], grant: ['password'] },
    }),
  tokenFields: z
    .record(z.string().max(200), z.string().max(4000))
    .default({})
    .meta({
      title: 'Further token fields',
      placeholder: 'audience',
      'x-widget': 'keyvalue',
      'x-advanced': true,
      ...show,
    }),
};

import type { SignOnTarget } from '@casare/shared';

export const SIGN_ON_WAYS = ['password', 'key', 'token'] as const;
export type SignOnWay = (typeof SIGN_ON_WAYS)[number];

export interface SignOnFields {
  key: string;
  email: string;
  password: string;
  code: string;
  token: string;
  name: string;
}

export const EMPTY_SIGN_ON: SignOnFields = { key: '', email: '', password: '', code: '', token: '', name: '' };

export function isFilled(way: SignOnWay, fields: SignOnFields): boolean {
  const has = (...names: (keyof SignOnFields)[]) => names.every((name) => fields[name].trim() !== '');
  if (way === 'key') return has('key');
  if (way === 'password') return has('email', 'password');
  return has('token', 'name', 'password') && (!fields.token.trim().startsWith('set_') || has('email'));
}

export function toTarget(way: SignOnWay, address: string, fields: SignOnFields): SignOnTarget {
  const url = address.trim();
  const { password } = fields;
  const code = fields.code.trim() === '' ? {} : { code: fields.code.trim() };
  if (way === 'key') return { url, key: fields.key.trim() };
  if (way === 'password') return { url, email: fields.email.trim(), password, ...code };
  const email = fields.email.trim();
  return { url, token: fields.token.trim(), name: fields.name.trim(), password, ...(email && { email }), ...code };
}

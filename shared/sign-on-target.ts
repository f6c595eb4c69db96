import { z } from 'zod';

const urlSchema = z.string().max(500);
const passwordSchema = z.string().min(1).max(200);

/** How somebody connects to an orchestrator: with a key, with e-mail and password, or with the token that lets them in first. */
export const signOnTargetSchema = z.union([
  z.strictObject({ url: urlSchema, key: z.string().max(500) }),
  z.strictObject({
    url: urlSchema,
    email: z.string().max(300),
    password: passwordSchema,
    code: z.string().max(40).optional(),
  }),
  z.strictObject({
    url: urlSchema,
    /** Of an invitation, or the setup token of an empty installation; that one needs `email` too. */
    token: z.string().max(300),
    name: z.string().max(100),
    password: passwordSchema,
    email: z.string().max(300).optional(),
    code: z.string().max(40).optional(),
  }),
]);
export type SignOnTarget = z.infer<typeof signOnTargetSchema>;

/** The request that gives the tokens; a key needs none. */
export function signInRequest(target: SignOnTarget): { path: string; body: Record<string, string> } | undefined {
  if ('key' in target) return undefined;
  const code: Record<string, string> = target.code === undefined ? {} : { code: target.code };
  if (!('token' in target))
    return { path: '/api/v1/sign-in', body: { email: target.email, password: target.password, ...code } };
  const { token, name, password } = target;
  if (token.startsWith('set_'))
    return { path: '/api/v1/setup', body: { token, name, password, email: target.email ?? '' } };
  return { path: '/api/v1/invitations/accept', body: { token, name, password, ...code } };
}

import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';

export const tokenOutput = z.object({
  /** Null where it was put into a variable. */
  accessToken: z.string().nullable(),
  refreshToken: z.string().nullable(),
  idToken: z.string().nullable(),
  tokenType: z.string(),
  scope: z.string(),
  /** Seconds; null where the server does not say. */
  expiresIn: z.number().nullable(),
  expiresAt: z.string().nullable(),
});

export const tokenVariables = {
  tokenVariable: z.string().max(200).default('').meta({
    title: 'Access token into',
    description: 'A variable marked as secret keeps it out of logs; the output then does not hold it.',
    'x-widget': 'variable',
    'x-raw': true,
  }),
  refreshVariable: z
    .string()
    .max(200)
    .default('')
    .meta({ title: 'Refresh token into', 'x-widget': 'variable', 'x-raw': true, 'x-advanced': true }),
};

interface Reply {
  access_token: string;
  token_type: string;
  expires_in?: number | undefined;
  refresh_token?: string | undefined;
  id_token?: string | undefined;
  scope?: string | undefined;
}

/** The tokens as the output of a step, those with a variable in their variable instead. */
export function giveTokens(
  ctx: NodeContext,
  reply: Reply,
  { tokenVariable, refreshVariable }: { tokenVariable: string; refreshVariable: string },
): z.output<typeof tokenOutput> {
  if (tokenVariable !== '') ctx.setVariable(tokenVariable, reply.access_token);
  if (refreshVariable !== '' && reply.refresh_token !== undefined)
    ctx.setVariable(refreshVariable, reply.refresh_token);
  const { expires_in: expiresIn } = reply;
  return {
    accessToken: tokenVariable === '' ? reply.access_token : null,
    refreshToken: refreshVariable === '' ? (reply.refresh_token ?? null) : null,
    idToken: reply.id_token ?? null,
    tokenType: reply.token_type,
    scope: reply.scope ?? '',
    expiresIn: expiresIn ?? null,
    expiresAt: expiresIn === undefined ? null : new Date(ctx.now() + expiresIn * 1000).toISOString(),
  };
}

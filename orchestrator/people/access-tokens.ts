import { idSchema } from '@casare/shared';
import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { SigningKeys } from './signing-keys.ts';

export interface AccessClaims {
  readonly personId: string;
  readonly tenantId: string;
  readonly sessionId: string;
}

export interface AccessTokens {
  sign(claims: AccessClaims): Promise<{ token: string; expiresAt: Date }>;
  /** Nothing for anything that is not a token of ours and good now. */
  read(token: string): Promise<AccessClaims | undefined>;
}

const issuer = 'casare-orchestrator';
const audience = 'casare-api';
const type = 'at+jwt';
const algorithm = 'EdDSA';
const lifeSeconds = 10 * 60;
const maxTokenLength = 2000;

const headerSchema = z.object({ kid: z.string().max(100) });
const claimsSchema = z.object({
  sub: idSchema,
  tid: idSchema,
  sid: idSchema,
  iat: z.int(),
  exp: z.int(),
  nbf: z.int(),
});

/** Access tokens of people: signed, good for ten minutes, checked against the session at every use. */
export function createAccessTokens(keys: SigningKeys, now: () => number = Date.now): AccessTokens {
  return {
    async sign({ personId, tenantId, sessionId }) {
      const key = await keys.current();
      const seconds = Math.floor(now() / 1000);
      const token = await new SignJWT({ tid: tenantId, sid: sessionId })
        .setProtectedHeader({ alg: algorithm, typ: type, kid: key.kid })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(personId)
        .setIssuedAt(seconds)
        .setNotBefore(seconds)
        .setExpirationTime(seconds + lifeSeconds)
        .sign(key.privateKey);
      return { token, expiresAt: new Date((seconds + lifeSeconds) * 1000) };
    },
    async read(token) {
      if (token.length > maxTokenLength) return undefined;
      const kid = kidOf(token);
      // Always one of our own keys, by its name; what a header says about other places is never looked at.
      const key = kid === undefined ? undefined : await keys.find(kid);
      if (!key) return undefined;
      try {
        const { payload } = await jwtVerify(token, key.publicKey, {
          algorithms: [algorithm],
          issuer,
          audience,
          typ: type,
          requiredClaims: ['iss', 'aud', 'exp', 'nbf', 'sub', 'tid', 'sid'],
          maxTokenAge: lifeSeconds,
          // Clocks of instances differ a little.
          clockTolerance: 5,
          currentDate: new Date(now()),
        });
        const claims = claimsSchema.parse(payload);
        return { personId: claims.sub, tenantId: claims.tid, sessionId: claims.sid };
      } catch {
        return undefined;
      }
    },
  };
}

/** Whether a token has the form of one; everything else is taken for a key. */
export function looksLikeToken(text: string): boolean {
  return /^[\w-]+\.[\w-]*\.[\w-]*$/.test(text);
}

function kidOf(token: string): string | undefined {
  try {
    return headerSchema.parse(decodeProtectedHeader(token)).kid;
  } catch {
    return undefined;
  }
}

import { createHash, randomUUID } from 'node:crypto';
import { AppError, safeSchema, type webhookSettingsSchema } from '@casare/shared';
import { z } from 'zod';
import { checkGithub, checkKey, checkStandard } from '../http/standard-webhooks.ts';
import type { HookMessage } from '../http/hook-message.ts';
import { readBody } from '../http/read-body.ts';
import type { Occurrence } from '../deliver.ts';
import { invalid } from '../secrets.ts';
import type { KindRules } from './kind-rules.ts';

type Settings = z.output<typeof webhookSettingsSchema>;

export const webhookRules: KindRules = {
  kind: 'webhook',
  check(_db, _caller, wanted) {
    if (wanted.kind !== 'webhook') return;
    if (wanted.settings.scheme === 'none' && !wanted.settings.allowUnsigned)
      throw invalid(
        'settings.scheme',
        'without a signature everybody who knows the address starts jobs; set allowUnsigned as well if that is meant',
      );
    if (wanted.settings.bodySchema) schemaOf(wanted.settings.bodySchema);
  },
};

/** Headers that prove something, or are nobody's business. */
const hidden = new Set([
  'authorization',
  'cookie',
  'proxy-authorization',
  'webhook-signature',
  'x-api-key',
  'x-hub-signature',
  'x-hub-signature-256',
]);

/** Proves who sent a message; then it is what happened. Throws SIGNATURE_INVALID before anything of the body is read. */
export function readWebhook(message: HookMessage, settings: Settings, secrets: readonly string[]): Occurrence {
  const id = checkSender(message, settings, secrets);
  const body = readBody(message.headers['content-type'], message.body);
  if (settings.bodySchema) checkBody(settings.bodySchema, body);
  const headers = Object.fromEntries(
    Object.entries(message.headers).filter(([name]) => !hidden.has(name) && name !== settings.keyHeader.toLowerCase()),
  );
  return {
    messageId: id,
    hash: sha256(message.body),
    payload: { body, headers, query: message.query, messageId: id, receivedAt: new Date(message.now).toISOString() },
  };
}

/** The id of the message, as far as the sender gives one. */
function checkSender({ headers, body, now }: HookMessage, settings: Settings, secrets: readonly string[]): string {
  const own = settings.messageIdHeader === undefined ? undefined : headers[settings.messageIdHeader.toLowerCase()];
  const named = own === undefined || own === '' ? undefined : `id:${own.slice(0, 256)}`;
  switch (settings.scheme) {
    case 'standard':
      return checkStandard(
        {
          id: headers['webhook-id'],
          timestamp: headers['webhook-timestamp'],
          signature: headers['webhook-signature'],
          body,
        },
        secrets,
        now,
      );
    case 'github':
      checkGithub(headers['x-hub-signature-256'], body, secrets);
      // Ids are not signed in this scheme: who has seen one message could send it again under another id, so it is known by what it holds.
      return named ?? `sha256:${sha256(body).toString('hex')}`;
    case 'key':
      checkKey(headers[settings.keyHeader.toLowerCase()], secrets, settings.keyHeader);
      return named ?? randomUUID();
    case 'none':
      return named ?? randomUUID();
  }
}

function sha256(body: Buffer): Buffer {
  return createHash('sha256').update(body).digest();
}

function checkBody(schema: Record<string, unknown>, body: unknown): void {
  const result = schemaOf(schema).safeParse(body);
  if (result.success) return;
  const issues = result.error.issues
    .slice(0, 20)
    .map((issue) => ({ path: ['body', ...issue.path].join('.'), message: issue.message }));
  throw new AppError('VALIDATION', `The body has a wrong form: ${issues[0]?.path} ${issues[0]?.message}`, {
    details: { issues },
  });
}

/** Without what can make a check take for ever. */
function schemaOf(schema: Record<string, unknown>): z.ZodType {
  try {
    return z.fromJSONSchema(safeSchema(schema) as Parameters<typeof z.fromJSONSchema>[0]);
  } catch {
    throw invalid('settings.bodySchema', 'it is no JSON Schema');
  }
}

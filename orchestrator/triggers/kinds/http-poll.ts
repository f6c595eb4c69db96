import { createHash } from 'node:crypto';
import { AppError, compileTemplate, EMPTY_SCOPE, httpPollSettingsSchema } from '@casare/shared';
import { z } from 'zod';
import type { Context } from '../../context.ts';
import { inTenant } from '../../db/transaction.ts';
import type { EgressAnswer } from '../../egress/egress.ts';
import { deliver } from '../deliver.ts';
import { readBody } from '../http/read-body.ts';
import { optionsFor, syntaxError } from '../map-payload.ts';
import { invalid, readSecrets } from '../secrets.ts';
import type { TriggerRow } from '../trigger-row.ts';
import type { KindRules, Looked } from './kind-rules.ts';

type Settings = z.output<typeof httpPollSettingsSchema>;

/** What is remembered from look to look. */
const stateSchema = z.object({
  /** There was a look before. */
  began: z.boolean().default(false),
  etag: z.string().optional(),
  lastModified: z.string().optional(),
  /** Of the answer as a whole. */
  hash: z.string().optional(),
  changes: z.int().default(0),
  /** Of the items of the last looks. */
  seen: z.array(z.string()).default([]),
});
type State = z.output<typeof stateSchema>;

const maxSeen = 5000;
const maxItems = 1000;
const names = { items: new Set(['body', 'status', 'headers']), key: new Set<string>() };

export const httpPollRules: KindRules = {
  kind: 'httpPoll',
  looks: true,
  check(_db, _caller, wanted) {
    if (wanted.kind !== 'httpPoll') return;
    const { items, key, headers } = wanted.settings;
    if (items !== undefined && key === undefined)
      throw invalid('settings.key', 'say what an item is known by, e.g. ${item.id}');
    for (const name of Object.keys(headers))
      if (/^(authorization|cookie|host|content-length)$/i.test(name))
        throw invalid(`settings.headers.${name}`, 'give it as the secret "authorization", or leave it out');
    for (const [where, text] of [['items', items] as const, ['key', key] as const]) {
      const compiled = text === undefined ? undefined : compileTemplate(text, optionsFor(names[where]));
      if (compiled && !compiled.ok) throw syntaxError(where, compiled.problems[0]?.message ?? '');
    }
  },
  async look(context, trigger, signal): Promise<Looked> {
    const settings = httpPollSettingsSchema.parse(trigger.settings);
    const before = stateSchema.safeParse(trigger.state).data ?? stateSchema.parse({});
    const answer = await ask(context, trigger, settings, before, signal);
    const nextSeconds = settings.everySeconds;
    if (answer.status === 304) return { nextSeconds };
    if (answer.status < 200 || answer.status >= 300)
      throw new AppError('HTTP_FAILED', `The address answers with the status ${answer.status}.`, {
        retryable: true,
        details: { status: answer.status },
      });
    const kept = {
      ...before,
      began: true,
      etag: answer.headers['etag'],
      lastModified: answer.headers['last-modified'],
    };
    const state =
      settings.items === undefined
        ? await takeWhole(context, trigger, settings, kept, answer, before.began)
        : await takeItems(context, trigger, settings, kept, answer, before.began);
    return { nextSeconds, state };
  },
};

async function ask(
  context: Context,
  trigger: TriggerRow,
  settings: Settings,
  { etag, lastModified }: State,
  signal: AbortSignal,
): Promise<EgressAnswer> {
  const { values } = await inTenant(context.database.pool, trigger.tenant_id, (db) =>
    readSecrets(db, context, trigger.tenant_id, trigger.id),
  );
  return context.egress.request({
    url: settings.url,
    headers: {
      accept: 'application/json, text/*;q=0.9, */*;q=0.1',
      ...settings.headers,
      ...(values['authorization'] === undefined ? {} : { authorization: values['authorization'] }),
      ...(etag === undefined ? {} : { 'if-none-match': etag }),
      ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
    },
    signal,
  });
}

/** The answer as a whole, when it is another one than before. */
async function takeWhole(
  context: Context,
  trigger: TriggerRow,
  settings: Settings,
  state: State,
  answer: EgressAnswer,
  began: boolean,
): Promise<State> {
  const hash = sha256(answer.body);
  if (hash === state.hash) return state;
  if (!began && settings.existing === 'skip') return { ...state, hash };
  const changes = state.changes + 1;
  const payload = { url: settings.url, status: answer.status, headers: answer.headers, item: bodyOf(answer) };
  // Numbered, because an answer may come back to what it was.
  await deliver(context, trigger, { messageId: `change:${changes}:${hash}`, payload });
  return { ...state, hash, changes };
}

/** Items that were not there before. */
async function takeItems(
  context: Context,
  trigger: TriggerRow,
  settings: Settings,
  state: State,
  answer: EgressAnswer,
  began: boolean,
): Promise<State> {
  const body = bodyOf(answer);
  const found = evaluate(settings.items ?? '', 'items', { body, status: answer.status, headers: answer.headers });
  if (!Array.isArray(found))
    throw new AppError('DATA_FORMAT', 'The expression for the items gives no list. Look at what the address answers.');
  const seen = new Set(state.seen);
  const keys: string[] = [];
  for (const item of found.slice(0, maxItems)) {
    const key = evaluate(settings.key ?? '', 'key', { item });
    if (key === undefined || key === null || key === '')
      throw new AppError('DATA_FORMAT', 'The expression for the key gives nothing for one of the items.');
    const hash = sha256(Buffer.from(typeof key === 'string' ? key : JSON.stringify(key)));
    keys.push(hash);
    if (seen.has(hash)) continue;
    seen.add(hash);
    if (!began && settings.existing === 'skip') continue;
    await deliver(context, trigger, { messageId: `item:${hash}`, payload: { url: settings.url, item } });
  }
  // Those that are there now stay in mind, whatever is forgotten.
  const old = state.seen.filter((hash) => !keys.includes(hash));
  return { ...state, seen: [...old, ...new Set(keys)].slice(-maxSeen) };
}

function evaluate(text: string, where: 'items' | 'key', given: Record<string, unknown>): unknown {
  const compiled = compileTemplate(text, optionsFor(names[where]));
  if (!compiled.ok) throw syntaxError(where, compiled.problems[0]?.message ?? '');
  return compiled.expression.evaluate({ ...EMPTY_SCOPE, item: given['item'], given });
}

function bodyOf({ headers, body }: EgressAnswer): unknown {
  const type = headers['content-type'] ?? 'text/plain';
  return /json|text|xml|urlencoded/.test(type) ? readBody(type, body) : { bytes: body.length, sha256: sha256(body) };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

import type { TriggerKind } from '@casare/shared';

/** A field of the form for a kind of trigger; its texts are `trigger.field.<name>`. */
export interface SettingField {
  readonly name: string;
  readonly type: 'text' | 'number' | 'checkbox' | 'lines' | 'choice' | 'workflow' | 'queue' | 'secret';
  readonly initial?: string | number | boolean;
  readonly required?: boolean;
  readonly choices?: readonly string[];
  readonly placeholder?: string;
  /** Shown only while another field has this value. */
  readonly when?: readonly [field: string, value: string];
  /** Behind "More". */
  readonly more?: boolean;
}

const text = (name: string, rest: Partial<SettingField> = {}): SettingField => ({ name, type: 'text', ...rest });
const number = (name: string, initial?: number, rest: Partial<SettingField> = {}): SettingField => ({
  name,
  type: 'number',
  ...(initial !== undefined && { initial }),
  ...rest,
});

/** What each kind asks for; names of `secret` fields are those of secrets, of the others those of settings. */
export const SETTING_FIELDS: Readonly<Record<TriggerKind, readonly SettingField[]>> = {
  webhook: [
    { name: 'scheme', type: 'choice', choices: ['standard', 'github', 'key', 'none'], initial: 'standard' },
    { name: 'allowUnsigned', type: 'checkbox', when: ['scheme', 'none'], required: true },
    text('keyHeader', { initial: 'x-webhook-key', when: ['scheme', 'key'] }),
    number('answerSeconds', 0),
    text('messageIdHeader', { placeholder: 'X-Event-Id', more: true }),
    number('maxBytes', 1_048_576, { more: true }),
  ],
  jobEnded: [
    { name: 'workflowId', type: 'workflow', required: true },
    {
      name: 'states',
      type: 'choice',
      choices: ['completed', 'failed', 'cancelled', 'completed,failed', 'completed,failed,cancelled'],
      initial: 'completed',
    },
  ],
  httpPoll: [
    text('url', { required: true, placeholder: 'https://example.com/orders' }),
    number('everySeconds', 300),
    text('items', { placeholder: '${body.orders}' }),
    text('key', { placeholder: '${item.id}' }),
    { name: 'authorization', type: 'secret', placeholder: 'Bearer …' },
    { name: 'existing', type: 'choice', choices: ['skip', 'report'], initial: 'skip', more: true },
    number('giveUpAfter', 20, { more: true }),
  ],
  file: [
    text('folder', { required: true, placeholder: '/srv/inbox' }),
    text('pattern', { initial: '*', placeholder: '*.pdf' }),
    { name: 'recursive', type: 'checkbox', initial: false },
    { name: 'changed', type: 'checkbox', initial: false },
    number('stableMs', 2000, { more: true }),
    number('everySeconds', 5, { more: true }),
  ],
  mail: [
    text('host', { required: true, placeholder: 'imap.example.com' }),
    text('user', { required: true, placeholder: 'invoices@example.com' }),
    { name: 'password', type: 'secret', required: true },
    text('from'),
    text('subject'),
    text('folder', { initial: 'INBOX', more: true }),
    number('port', 993, { more: true }),
    { name: 'security', type: 'choice', choices: ['tls', 'starttls', 'none'], initial: 'tls', more: true },
    { name: 'certificate', type: 'lines', more: true },
  ],
  form: [
    text('title'),
    { name: 'description', type: 'lines' },
    { name: 'thanks', type: 'lines' },
    text('submitLabel', { more: true }),
  ],
  queue: [
    { name: 'queueId', type: 'queue', required: true },
    number('minItems', 1),
    number('maxAgeSeconds'),
    number('maxJobs', 1),
  ],
  database: [
    text('host', { required: true, placeholder: 'db.example.com' }),
    text('database', { required: true }),
    text('user', { required: true }),
    { name: 'password', type: 'secret', required: true },
    text('channel', { required: true, placeholder: 'orders_changed' }),
    {
      name: 'catchUp',
      type: 'lines',
      placeholder: 'select id, data from outbox where id > coalesce($1::bigint, 0) order by id',
    },
    number('port', 5432, { more: true }),
    { name: 'tls', type: 'choice', choices: ['verify', 'require', 'off'], initial: 'verify', more: true },
    { name: 'certificate', type: 'lines', more: true },
  ],
  chat: [
    { name: 'scheme', type: 'choice', choices: ['slack', 'standard'], initial: 'slack' },
    { name: 'signing', type: 'secret', required: true, when: ['scheme', 'slack'] },
    { name: 'commands', type: 'lines', placeholder: 'invoice\nstatus' },
    number('answerSeconds', 2, { more: true }),
  ],
};

export type Drafts = Readonly<Record<string, string | number | boolean | null>>;

export function initialDrafts(kind: TriggerKind): Drafts {
  return Object.fromEntries(
    SETTING_FIELDS[kind].map(({ name, type, initial }) => [
      name,
      initial ?? (type === 'checkbox' ? false : type === 'number' ? null : ''),
    ]),
  );
}

export function isShown({ when }: SettingField, drafts: Drafts): boolean {
  return when === undefined || drafts[when[0]] === when[1];
}

export function isFilled(kind: TriggerKind, drafts: Drafts): boolean {
  return SETTING_FIELDS[kind].every((field) => {
    if (!field.required || !isShown(field, drafts)) return true;
    const value = drafts[field.name];
    return value !== '' && value !== null && value !== false;
  });
}

/** Lists stand one a line, or with commas. */
const listNames = new Set(['states', 'commands']);

/** What was filled in, as settings and secrets; what is empty is left out. */
export function readDrafts(kind: TriggerKind, drafts: Drafts) {
  const settings: Record<string, unknown> = {};
  const secrets: Record<string, string> = {};
  for (const field of SETTING_FIELDS[kind]) {
    const value = drafts[field.name];
    if (value === undefined || value === null || value === '' || !isShown(field, drafts)) continue;
    if (field.type === 'secret') secrets[field.name] = String(value);
    else if (listNames.has(field.name))
      settings[field.name] = String(value)
        .split(/[\n,]+/)
        .map((part) => part.trim())
        .filter(Boolean);
    else settings[field.name] = value;
  }
  return { settings, secrets };
}

/** The drafts of a trigger that is there. */
export function draftsOf(kind: TriggerKind, settings: Readonly<Record<string, unknown>>): Drafts {
  return Object.fromEntries(
    Object.entries(initialDrafts(kind)).map(([name, initial]) => {
      const value = settings[name];
      if (Array.isArray(value)) return [name, value.join(name === 'states' ? ',' : '\n')];
      return [
        name,
        typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : initial,
      ];
    }),
  );
}

/** Settings that the form does not ask for; they stay. */
export function otherSettings(kind: TriggerKind, settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const asked = new Set(SETTING_FIELDS[kind].map(({ name }) => name));
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !asked.has(name)));
}

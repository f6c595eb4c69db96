import { z } from 'zod';
import { wireErrorSchema } from './step.ts';
import { idSchema, isoTimeSchema, pageQuerySchema } from './page.ts';
import { jobSchema } from './job.ts';
import { taskFieldSchema } from './human-task.ts';

export const TRIGGER_KINDS = [
  'webhook',
  'jobEnded',
  'httpPoll',
  'file',
  'mail',
  'form',
  'queue',
  'database',
  'chat',
] as const;
export type TriggerKind = (typeof TRIGGER_KINDS)[number];
/** Kinds that a robot watches for, because only it reaches what they are about. */
export const WATCHED_KINDS = ['file', 'mail', 'database'] as const satisfies readonly TriggerKind[];
export type WatchedKind = (typeof WATCHED_KINDS)[number];
/** Kinds that answer at an address of their own. */
export const ADDRESSED_KINDS = ['webhook', 'form', 'chat'] as const satisfies readonly TriggerKind[];

const text = (most: number) => z.string().max(most);
const seconds = (least: number, most: number) => z.int().min(least).max(most);
const headerName = z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,99}$/, 'letters, digits and -');

/** How a sender proves who it is. `none` takes everybody who knows the address. */
export const SIGNATURE_SCHEMES = ['standard', 'github', 'key', 'none'] as const;
export type SignatureScheme = (typeof SIGNATURE_SCHEMES)[number];

/** The longest a request waits for the end of its job. */
export const LONGEST_ANSWER_S = 25;

export const webhookSettingsSchema = z.strictObject({
  scheme: z.enum(SIGNATURE_SCHEMES).default('standard'),
  /** Has to be set as well for the scheme `none`: everybody who knows the address starts jobs. */
  allowUnsigned: z.boolean().default(false),
  /** Of the scheme `key`: the header that carries the key. */
  keyHeader: headerName.default('x-webhook-key'),
  /** Where a message says which one it is, for schemes that do not; a repeated message makes no second job. */
  messageIdHeader: headerName.optional(),
  /** Bytes of a body. */
  maxBytes: z
    .int()
    .min(1)
    .max(4 * 1024 * 1024)
    .default(1024 * 1024),
  /** JSON Schema of the body. */
  bodySchema: z.record(z.string().max(200), z.json()).optional(),
  /** 0: the answer comes at once; otherwise it waits so long for the end of the job. */
  answerSeconds: z.number().min(0).max(LONGEST_ANSWER_S).default(0),
});

export const jobEndedSettingsSchema = z.strictObject({
  /** Whose jobs. */
  workflowId: idSchema,
  states: z
    .array(z.enum(['completed', 'failed', 'cancelled']))
    .min(1)
    .max(3)
    .default(['completed']),
});

export const queueTriggerSettingsSchema = z.strictObject({
  queueId: idSchema,
  /** Fires when so many items are new … */
  minItems: z.int().min(1).max(100_000).default(1),
  /** … or when the oldest of them is older. */
  maxAgeSeconds: seconds(1, 604_800).optional(),
  /** Jobs of this trigger at the same time. */
  maxJobs: z.int().min(1).max(100).default(1),
});

const webAddress = z.url({ protocol: /^https?$/ }).max(2000);

export const httpPollSettingsSchema = z.strictObject({
  url: webAddress,
  everySeconds: seconds(10, 604_800).default(300),
  headers: z.record(headerName, text(2000)).default({}),
  /** The items in the answer, e.g. `${body.orders}`; absent: the answer as a whole is watched for a change. */
  items: text(1000).optional(),
  /** What an item is known by, e.g. `${item.id}`. */
  key: text(1000).optional(),
  /** Whether what is there at the first look counts. */
  existing: z.enum(['skip', 'report']).default('skip'),
  /** Failures in a row after which the trigger is switched off. */
  giveUpAfter: z.int().min(1).max(1000).default(20),
});

export const fileSettingsSchema = z.strictObject({
  folder: z.string().min(1).max(1000),
  /** `*` stands for anything but a slash, `**` for anything, `?` for one character. */
  pattern: z.string().min(1).max(500).default('*'),
  recursive: z.boolean().default(false),
  /** Whether changed files count, besides new ones. */
  changed: z.boolean().default(false),
  /** A file counts when its size and time have not changed for so long. */
  stableMs: z.int().min(100).max(600_000).default(2000),
  /** Looked at least so often; most changes are told by the system at once. */
  everySeconds: z.number().min(0.2).max(3600).default(5),
});

const hostName = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^\s/@]+$/, 'a name or an address');

export const mailSettingsSchema = z.strictObject({
  host: hostName,
  port: z.int().min(1).max(65_535).default(993),
  security: z.enum(['tls', 'starttls', 'none']).default('tls'),
  verifyTls: z.boolean().default(true),
  /** PEM of a further authority to trust. */
  certificate: text(20_000).optional(),
  user: z.string().min(1).max(320),
  folder: z.string().min(1).max(500).default('INBOX'),
  /** Parts of the sender and the subject; absent: any. */
  from: text(320).optional(),
  subject: text(500).optional(),
  everySeconds: z.number().min(1).max(3600).default(60),
});

const channelName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_$]{0,62}$/, 'a name of letters, digits, _ and $');

export const databaseSettingsSchema = z.strictObject({
  host: hostName,
  port: z.int().min(1).max(65_535).default(5432),
  database: z.string().min(1).max(63),
  user: z.string().min(1).max(63),
  tls: z.enum(['off', 'require', 'verify']).default('verify'),
  /** PEM of a further authority to trust. */
  certificate: text(20_000).optional(),
  channel: channelName,
  /**
   * Rows that were missed and those that come: a SELECT whose first column, growing, is the key, with `$1` for the last key seen (null at first).
   * Notifications then only say when to look, so nothing is lost while nobody listens.
   */
  catchUp: z.string().min(1).max(10_000).optional(),
  everySeconds: z.number().min(1).max(3600).default(60),
});

export const formSettingsSchema = z.strictObject({
  title: text(200).default(''),
  description: text(5000).default(''),
  /** Absent: one field for each input of the workflow. */
  fields: z.array(taskFieldSchema).max(100).optional(),
  submitLabel: text(100).default(''),
  thanks: text(2000).default(''),
});

export const chatSettingsSchema = z.strictObject({
  scheme: z.enum(['slack', 'standard']).default('slack'),
  /** First words that are taken; absent: any. */
  commands: z.array(z.string().min(1).max(100)).max(100).optional(),
  /** How long the answer waits for the end of the job; chats give up after 3 seconds. */
  answerSeconds: z.number().min(0).max(LONGEST_ANSWER_S).default(2),
});

const commonFields = {
  name: z.string().trim().min(1).max(200),
  enabled: z.boolean().default(true),
  workflowId: idSchema,
  /** Absent: the version that is published at the time. */
  workflowVersion: z.int().min(1).optional(),
  /** Inputs of the job by name, with `${payload.…}`; absent: parts of the payload of the same names. */
  input: z.record(z.string().max(64), z.json()).optional(),
  /** `${payload.…}`: only what it is true for makes a job. */
  filter: text(5000).optional(),
  priority: z.int().min(0).max(20).default(10),
  /** The only robot for its jobs; of watched kinds the only one that watches. */
  robotId: idSchema.optional(),
  requiredCapabilities: z.array(z.string().min(1).max(64)).max(50).default([]),
  requiredTags: z.array(z.string().min(1).max(64)).max(50).default([]),
  /** Reference of its jobs; may hold `${payload.…}`. */
  reference: text(500).optional(),
  maxRetries: z.int().min(0).max(20).default(3),
  /** Deliveries in a minute; more are refused with RATE_LIMITED. */
  maxPerMinute: z.int().min(1).max(100_000).nullable().default(600),
  /** Its jobs that have not ended; more are refused with RATE_LIMITED. */
  maxOpenJobs: z.int().min(1).max(100_000).nullable().default(null),
  /** By name; never shown again: `signing` (given by the other side), `password`, `accessToken`, `authorization`. */
  secrets: z
    .partialRecord(z.enum(['signing', 'password', 'accessToken', 'authorization']), z.string().min(1).max(5000))
    .default({}),
};

/** `POST /triggers` and `PUT /triggers/{id}`: the kind stays what it is. */
export const triggerInputSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('webhook'), settings: webhookSettingsSchema, ...commonFields }),
  z.strictObject({ kind: z.literal('jobEnded'), settings: jobEndedSettingsSchema, ...commonFields }),
  z.strictObject({ kind: z.literal('queue'), settings: queueTriggerSettingsSchema, ...commonFields }),
  z.strictObject({ kind: z.literal('httpPoll'), settings: httpPollSettingsSchema, ...commonFields }),
  z.strictObject({ kind: z.literal('file'), settings: fileSettingsSchema, ...commonFields }),
  z.strictObject({ kind: z.literal('mail'), settings: mailSettingsSchema, ...commonFields }),
  z.strictObject({ kind: z.literal('database'), settings: databaseSettingsSchema, ...commonFields }),
  z.strictObject({ kind: z.literal('form'), settings: formSettingsSchema, ...commonFields }),
  z.strictObject({ kind: z.literal('chat'), settings: chatSettingsSchema, ...commonFields }),
]);
export type TriggerInput = z.input<typeof triggerInputSchema>;
export type ParsedTrigger = z.output<typeof triggerInputSchema>;

export const triggerSchema = z.strictObject({
  id: idSchema,
  kind: z.enum(TRIGGER_KINDS),
  name: z.string(),
  enabled: z.boolean(),
  workflowId: idSchema,
  workflowName: z.string(),
  workflowVersion: z.int().nullable(),
  input: z.record(z.string(), z.json()).nullable(),
  filter: z.string().nullable(),
  priority: z.int(),
  robotId: idSchema.nullable(),
  requiredCapabilities: z.array(z.string()),
  requiredTags: z.array(z.string()),
  reference: z.string().nullable(),
  maxRetries: z.int(),
  maxPerMinute: z.int().nullable(),
  maxOpenJobs: z.int().nullable(),
  settings: z.record(z.string(), z.json()),
  /** Path on the orchestrator, for kinds that have one. */
  path: z.string().nullable(),
  /** Everybody who knows the address may start jobs. */
  unsigned: z.boolean(),
  /** Names of the secrets it has. */
  secretNames: z.array(z.string()),
  /** Why it was switched off by itself. */
  disabledReason: z.string().nullable(),
  /** What went wrong at the last look, while the ones before it failed too. */
  lastError: wireErrorSchema.nullable(),
  failures: z.int(),
  lastDeliveryAt: isoTimeSchema.nullable(),
  nextLookAt: isoTimeSchema.nullable(),
  /** The robot that watches now. */
  watchedBy: z.strictObject({ robotId: idSchema, robotName: z.string() }).nullable(),
  createdBy: z.string(),
  createdAt: isoTimeSchema,
  updatedAt: isoTimeSchema,
});
export type Trigger = z.infer<typeof triggerSchema>;

/** `secret` is shown once: what the sender signs with. */
export const createTriggerReplySchema = z.strictObject({ trigger: triggerSchema, secret: z.string().nullable() });
export type CreatedTrigger = z.infer<typeof createTriggerReplySchema>;

export const triggerListQuerySchema = pageQuerySchema.extend({
  kind: z.enum(TRIGGER_KINDS).optional(),
  enabled: z.enum(['true', 'false']).optional(),
  workflowId: idSchema.optional(),
  /** In the name or the id. */
  search: z.string().max(200).optional(),
});

export const triggerEnabledSchema = z.strictObject({ enabled: z.boolean() });

export const rotateSecretSchema = z.strictObject({
  /** How long the old secret is still taken. */
  overlapHours: z.number().min(0).max(720).default(24),
  /** Absent: a new one is made. */
  secret: z.string().min(16).max(5000).optional(),
});

export const DELIVERY_STATES = ['accepted', 'filtered', 'refused'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export const deliverySchema = z.strictObject({
  id: idSchema,
  triggerId: idSchema,
  messageId: z.string(),
  receivedAt: isoTimeSchema,
  state: z.enum(DELIVERY_STATES),
  /** Why it made no job. */
  reason: wireErrorSchema.nullable(),
  jobId: idSchema.nullable(),
  jobState: jobSchema.shape.state.nullable(),
  replayOf: idSchema.nullable(),
});
export type Delivery = z.infer<typeof deliverySchema>;
export const deliveryDetailSchema = deliverySchema.extend({ payload: z.record(z.string(), z.json()) });
export type DeliveryDetail = z.infer<typeof deliveryDetailSchema>;

export const deliveryListQuerySchema = pageQuerySchema.extend({ state: z.enum(DELIVERY_STATES).optional() });

/** What a trigger would make of a payload; nothing happens. */
export const tryTriggerSchema = z.strictObject({ payload: z.record(z.string().max(200), z.json()).default({}) });
export const tryTriggerReplySchema = z.strictObject({
  outcome: z.enum(DELIVERY_STATES),
  reason: wireErrorSchema.nullable(),
  /** Inputs of the job that it would be. */
  input: z.record(z.string(), z.json()).nullable(),
  reference: z.string().nullable(),
});
export type TriedTrigger = z.infer<typeof tryTriggerReplySchema>;

/** The header by which senders in the scheme `standard` say which message it is. */
export const STANDARD_HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;

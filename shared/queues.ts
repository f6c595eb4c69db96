import { z } from 'zod';
import { idSchema, isoTimeSchema, pageQuerySchema } from './page.ts';
import { QUEUE_ITEM_STATES } from './queue-item-state.ts';

/** Bytes of JSON that an item may hold, and that its result may have. */
export const LARGEST_QUEUE_CONTENT = 1024 * 1024;

/** The words workflows use, as numbers of the fleet. */
export const QUEUE_PRIORITIES = { low: 5, normal: 10, high: 15 } as const;

const nameSchema = z.string().trim().min(1).max(200);
const longestPause = 604_800;
const longestSla = 31_536_000;
const contentSchema = z.record(z.string().max(200), z.json());

const queueSettings = {
  description: z.string().max(2000),
  /** No item may have the reference of another one, whoever adds it. */
  uniqueReference: z.boolean(),
  /** Tries after the first, of items that say nothing else. */
  maxRetries: z.int().min(0).max(50),
  /** Whether an item whose holder was lost is tried again too. */
  retryAbandoned: z.boolean(),
  retryDelaySeconds: z.int().min(0).max(longestPause),
  /** Every further pause is twice as long. */
  retryDoubles: z.boolean(),
  /** An item without a deadline of its own has to be done so long after it may be taken. */
  slaSeconds: z.int().min(1).max(longestSla).nullable(),
  /** From so long on it is at risk, and goes before everything else; less than `slaSeconds`. */
  riskSeconds: z.int().min(1).max(longestSla).nullable(),
  /** JSON Schema of what items hold. */
  contentSchema: z.record(z.string().max(200), z.json()).nullable(),
  /** Items are added, none is handed out. */
  paused: z.boolean(),
  /** Days that ended items are kept; null: as long as everything else. */
  retentionDays: z.int().min(1).max(3650).nullable(),
};

export const newQueueSchema = z.strictObject({
  name: nameSchema,
  description: queueSettings.description.default(''),
  uniqueReference: queueSettings.uniqueReference.default(false),
  maxRetries: queueSettings.maxRetries.default(1),
  retryAbandoned: queueSettings.retryAbandoned.default(true),
  retryDelaySeconds: queueSettings.retryDelaySeconds.default(0),
  retryDoubles: queueSettings.retryDoubles.default(false),
  slaSeconds: queueSettings.slaSeconds.default(null),
  riskSeconds: queueSettings.riskSeconds.default(null),
  contentSchema: queueSettings.contentSchema.default(null),
  paused: queueSettings.paused.default(false),
  retentionDays: queueSettings.retentionDays.default(null),
});
export type NewQueue = z.input<typeof newQueueSchema>;

/** What is absent stays as it is. */
export const changeQueueSchema = z.strictObject({ name: nameSchema, ...queueSettings }).partial();

/** Counts of what waits and is worked on now, and of what ended within the last 24 hours. */
export const queueFiguresSchema = z.strictObject({
  /** May be taken now. */
  new: z.int(),
  postponed: z.int(),
  inProgress: z.int(),
  successful: z.int(),
  failedBusiness: z.int(),
  failedApplication: z.int(),
  retried: z.int(),
  abandoned: z.int(),
  /** Of those that wait: near their deadline, and past it. */
  atRisk: z.int(),
  overdue: z.int(),
  /** Failed or abandoned for good, and nobody has said that this is in order. */
  toReview: z.int(),
  /** From taking to success, of the last 24 hours. */
  averageHandlingSeconds: z.number().nullable(),
  /** How long the oldest item waits that may be taken. */
  oldestNewSeconds: z.number().nullable(),
});
export type QueueFigures = z.infer<typeof queueFiguresSchema>;

export const queueSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  ...queueSettings,
  createdBy: z.string(),
  createdAt: isoTimeSchema,
  updatedAt: isoTimeSchema,
  figures: queueFiguresSchema,
});
export type FleetQueue = z.infer<typeof queueSchema>;

export const queueListQuerySchema = pageQuerySchema.extend({
  /** In name and description. */
  search: z.string().max(200).optional(),
});

/** Per hour, oldest first. */
export const queueHoursQuerySchema = z.strictObject({ hours: z.coerce.number().int().min(1).max(168).default(24) });
export const queueHoursSchema = z.strictObject({
  hours: z.array(
    z.strictObject({ hour: isoTimeSchema, added: z.int(), successful: z.int(), failed: z.int(), abandoned: z.int() }),
  ),
});

const itemFields = {
  /** What the item is called where it comes from. */
  reference: z.string().min(1).max(200).optional(),
  /** 0 (last) – 20 (first); low is 5, normal 10, high 15. */
  priority: z
    .union([z.int().min(0).max(20), z.enum(['low', 'normal', 'high'])])
    .transform((priority) => (typeof priority === 'number' ? priority : QUEUE_PRIORITIES[priority]))
    .default(10),
  content: contentSchema.default({}),
  deadline: isoTimeSchema.optional(),
  /** Not handed out before. */
  notBefore: isoTimeSchema.optional(),
  /** Tries after the first; absent: as the queue says. */
  maxRetries: z.int().min(0).max(50).optional(),
};
export const newQueueItemSchema = z.strictObject(itemFields);
export type NewFleetQueueItem = z.input<typeof newQueueItemSchema>;

/** `POST /queues/{id}/items`: one, or up to 1,000; of several either all are added or, with `each`, those that can be. */
export const addQueueItemsSchema = z.union([
  newQueueItemSchema,
  z.strictObject({ items: z.array(newQueueItemSchema).min(1).max(1000), mode: z.enum(['all', 'each']).default('all') }),
]);

export const queueItemStateSchema = z.enum(QUEUE_ITEM_STATES);
export const queueItemReviewSchema = z.enum(['none', 'inReview', 'verified', 'retried']);
/** How an item stands to its deadline: `none` has none; `met` and `missed` are those that ended. */
export const queueItemRiskSchema = z.enum(['none', 'onTime', 'atRisk', 'overdue', 'met', 'missed']);
export const queueFailureSchema = z.strictObject({ kind: z.enum(['business', 'application']), reason: z.string() });

/** An item in a list; what it holds and its result come with the item itself. */
export const queueItemSummarySchema = z.strictObject({
  id: idSchema,
  queueId: idSchema,
  queueName: z.string(),
  state: queueItemStateSchema,
  reference: z.string().nullable(),
  priority: z.int(),
  failure: queueFailureSchema.nullable(),
  progress: z.string(),
  deadline: isoTimeSchema.nullable(),
  riskFrom: isoTimeSchema.nullable(),
  risk: queueItemRiskSchema,
  notBefore: isoTimeSchema.nullable(),
  /** 1 for the first try. */
  attempt: z.int(),
  maxRetries: z.int(),
  /** The first try of the same piece of work, and the try before this one. */
  originId: idSchema.nullable(),
  retriedFrom: idSchema.nullable(),
  createdAt: isoTimeSchema,
  startedAt: isoTimeSchema.nullable(),
  endedAt: isoTimeSchema.nullable(),
  handlingSeconds: z.number().nullable(),
  /** Who holds it, or held it last. */
  jobId: idSchema.nullable(),
  robotId: idSchema.nullable(),
  robotName: z.string().nullable(),
  lockedUntil: isoTimeSchema.nullable(),
  review: queueItemReviewSchema,
  reviewer: z.string().nullable(),
});
export type QueueItemSummary = z.infer<typeof queueItemSummarySchema>;

export const fleetQueueItemSchema = queueItemSummarySchema.extend({
  content: contentSchema,
  output: z.json().nullable(),
});
export type FleetQueueItem = z.infer<typeof fleetQueueItemSchema>;

export const addedQueueItemsSchema = z.strictObject({
  /** In the order of the request; either an item or why there is none. */
  results: z.array(
    z.strictObject({
      item: queueItemSummarySchema.nullable(),
      error: z.strictObject({ code: z.string(), message: z.string(), itemId: idSchema.nullable() }).nullable(),
    }),
  ),
  added: z.int(),
});

const itemFilters = {
  /** Comma separated states; absent: all but deleted ones. */
  state: z.string().max(100).optional(),
  /** Comma separated: none, onTime, atRisk, overdue, met, missed. */
  risk: z.string().max(100).optional(),
  review: queueItemReviewSchema.optional(),
  failure: z.enum(['business', 'application']).optional(),
  /** Exactly this reference. */
  reference: z.string().max(200).optional(),
  jobId: idSchema.optional(),
  /** In reference, reason, progress and id. */
  search: z.string().max(200).optional(),
  addedAfter: isoTimeSchema.optional(),
  addedBefore: isoTimeSchema.optional(),
};
export const queueItemListQuerySchema = pageQuerySchema.extend({
  ...itemFilters,
  /** `true`: with what the items hold and their results; then at most 50 at a time. */
  content: z.enum(['true', 'false']).default('false'),
});
export const queueItemListSchema = z.strictObject({
  items: z.array(queueItemSummarySchema.extend({ content: contentSchema.optional(), output: z.json().optional() })),
  nextCursor: z.string().nullable(),
});

/** Of an item that nobody works on; what is absent stays as it is, null takes it away. */
export const changeQueueItemSchema = z
  .strictObject({
    reference: z.string().min(1).max(200).nullable(),
    priority: z.int().min(0).max(20),
    content: contentSchema,
    deadline: isoTimeSchema.nullable(),
    notBefore: isoTimeSchema.nullable(),
  })
  .partial();

export const reviewQueueItemSchema = z.strictObject({
  review: z.enum(['none', 'inReview', 'verified']),
  /** Who looks after it; absent: whoever says so. */
  reviewer: z.string().min(1).max(200).optional(),
});
export const commentQueueItemSchema = z.strictObject({ text: z.string().trim().min(1).max(4000) });

export const queueItemActionSchema = z.enum(['retry', 'delete', 'restore', 'review']);
/** The same for up to 1,000 items; each is done or refused by itself. */
export const bulkQueueItemsSchema = z.strictObject({
  action: queueItemActionSchema,
  ids: z.array(idSchema).min(1).max(1000),
  review: reviewQueueItemSchema.shape.review.optional(),
});
export const bulkQueueItemsReplySchema = z.strictObject({
  done: z.int(),
  refused: z.array(z.strictObject({ id: idSchema, code: z.string(), message: z.string() })),
});

export const queueItemHistorySchema = z.strictObject({
  history: z.array(
    z.strictObject({
      id: idSchema,
      itemId: idSchema,
      at: isoTimeSchema,
      actor: z.string(),
      what: z.string(),
      details: z.record(z.string(), z.json()),
    }),
  ),
  /** Every try of the same piece of work, the first one first. */
  lineage: z.array(queueItemSummarySchema),
});
export type QueueItemHistory = z.infer<typeof queueItemHistorySchema>;

const fenced = { fence: z.int() };
const queueName = z.string().min(1).max(200);
const stepKey = z.string().min(1).max(200);

/** What a step of a job adds; the same key again adds nothing. A queue that nobody has made is made. */
export const jobAddItemSchema = z.strictObject({
  ...fenced,
  queue: queueName,
  key: stepKey,
  /** Another item with its reference stays the only one. */
  uniqueReference: z.boolean(),
  item: newQueueItemSchema,
});
export type JobAddItem = z.input<typeof jobAddItemSchema>;
/** An item as a job sees it; `lock` is shown by its reports. */
export const jobQueueItemSchema = fleetQueueItemSchema.extend({ lock: z.string().max(200).nullable() });
export type JobQueueItem = z.infer<typeof jobQueueItemSchema>;
export const jobAddItemReplySchema = z.strictObject({ item: jobQueueItemSchema, added: z.boolean() });

/** The same key again gives the same items. */
export const jobNextItemsSchema = z.strictObject({
  ...fenced,
  queue: queueName,
  key: stepKey,
  n: z.int().min(1).max(100).default(1),
  /** How long an item is kept of which nothing is heard. */
  lockMs: z.int().min(100).max(604_800_000),
});
export type JobNextItems = z.input<typeof jobNextItemsSchema>;
export const jobNextItemsReplySchema = z.strictObject({ items: z.array(jobQueueItemSchema) });

export const jobItemReportSchema = z.strictObject({
  ...fenced,
  itemId: idSchema,
  lock: z.string().min(1).max(200),
  report: z.discriminatedUnion('status', [
    z.strictObject({ status: z.literal('successful'), output: z.json() }),
    z.strictObject({
      status: z.literal('failed'),
      kind: queueFailureSchema.shape.kind,
      reason: z.string().max(10_000),
      output: z.json(),
    }),
    z.strictObject({ status: z.literal('inProgress'), progress: z.string().max(1000) }),
    z.strictObject({ status: z.literal('postponed'), until: isoTimeSchema }),
  ]),
});
export type JobItemReport = z.input<typeof jobItemReportSchema>;
export const jobItemReportReplySchema = z.strictObject({ item: jobQueueItemSchema, duplicate: z.boolean() });

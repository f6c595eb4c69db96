import { z } from 'zod';
import { idSchema, isoTimeSchema } from './page.ts';
import { wireErrorSchema } from './step.ts';
import { databaseSettingsSchema, fileSettingsSchema, mailSettingsSchema } from './triggers.ts';

const token = z.int();
const stateSchema = z.record(z.string().max(100), z.json());

/**
 * `POST /watches/claim`: a robot says what it watches, which keeps it, and hears what it is to watch from now on. What is not in the answer it
 * must stop.
 */
export const claimWatchesSchema = z.strictObject({
  instanceId: z.uuid(),
  held: z
    .array(
      z.strictObject({
        triggerId: idSchema,
        token,
        revision: z.int(),
        /** Why it cannot watch now. */
        error: wireErrorSchema.optional(),
      }),
    )
    .max(1000),
  /** Takes nothing new, and gives up what it does not hold (any more): the robot stops or is paused. */
  leaving: z.boolean().default(false),
});

const setup = {
  /** Only what happened after this time counts. */
  since: isoTimeSchema,
  state: stateSchema,
  secrets: z.record(z.string(), z.string()),
};
export const watchSetupSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('file'), settings: fileSettingsSchema, ...setup }),
  z.strictObject({ kind: z.literal('mail'), settings: mailSettingsSchema, ...setup }),
  z.strictObject({ kind: z.literal('database'), settings: databaseSettingsSchema, ...setup }),
]);
export type WatchSetup = z.output<typeof watchSetupSchema>;

export const claimWatchesReplySchema = z.strictObject({
  leaseSeconds: z.number(),
  watches: z.array(
    z.strictObject({
      triggerId: idSchema,
      /** Shown by every report. */
      token,
      revision: z.int(),
      /** Null where the robot has this revision. */
      setup: watchSetupSchema.nullable(),
    }),
  ),
});
export type ClaimedWatches = z.output<typeof claimWatchesReplySchema>;

/** `POST /watches/report`: what happened; a message that was reported before makes no second job. */
export const reportWatchSchema = z.strictObject({
  instanceId: z.uuid(),
  triggerId: idSchema,
  token,
  occurrences: z
    .array(z.strictObject({ messageId: z.string().min(1).max(300), payload: z.record(z.string().max(200), z.json()) }))
    .max(100),
  /** What whoever watches next goes on from, once all of these are taken. */
  state: stateSchema.optional(),
});
export type ReportWatch = z.input<typeof reportWatchSchema>;
export const reportWatchReplySchema = z.strictObject({
  /** Of each message whether it is done with; one that is not has to be reported again later. */
  taken: z.array(z.boolean()),
});

import { z } from 'zod';
import { idSchema, isoTimeSchema } from './page.ts';
import { problemSchema } from './problem.ts';
import { workflowSchema } from './workflow.ts';

/** A workflow on the orchestrator: a name and its immutable versions. */
export const workflowSummarySchema = z.strictObject({
  id: idSchema,
  /** `id` of the document; publishing the same document id again adds a version. */
  documentId: z.string(),
  name: z.string(),
  description: z.string(),
  publishedVersion: z.int().nullable(),
  latestVersion: z.int(),
  createdAt: isoTimeSchema,
  updatedAt: isoTimeSchema,
});
export type WorkflowSummary = z.infer<typeof workflowSummarySchema>;

export const publishWorkflowSchema = z.strictObject({
  document: workflowSchema,
  message: z.string().max(2000).default(''),
});
export const publishReplySchema = z.strictObject({
  workflow: workflowSummarySchema,
  version: z.int(),
  contentHash: z.string(),
  /** False when the content equals the newest version: no new one was made. */
  created: z.boolean(),
  problems: z.array(problemSchema),
});
export const workflowVersionSchema = z.strictObject({
  workflowId: idSchema,
  version: z.int(),
  contentHash: z.string(),
  message: z.string(),
  createdBy: z.string(),
  createdAt: isoTimeSchema,
});
export const workflowVersionDetailSchema = workflowVersionSchema.extend({ document: workflowSchema });
/** Make an older version the published one again. */
export const setPublishedSchema = z.strictObject({ version: z.int().min(1) });

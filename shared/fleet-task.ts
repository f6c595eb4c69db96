import { z } from 'zod';
import { humanAnswerSchema, humanTaskSchema } from './human-task.ts';
import { idSchema, isoTimeSchema, pageQuerySchema } from './page.ts';

export const TASK_STATES = ['open', 'answered', 'expired', 'cancelled'] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** A question that a job puts to a person: the job waits and no robot is held up by it. */
export const fleetTaskSchema = z.strictObject({
  id: idSchema,
  state: z.enum(TASK_STATES),
  jobId: idSchema,
  workflowId: idSchema,
  /** Place of the step in the run. */
  path: z.string(),
  task: humanTaskSchema,
  createdAt: isoTimeSchema,
  deadline: isoTimeSchema.nullable(),
  /** Secret values in it are masked. */
  answer: humanAnswerSchema.nullable(),
  answeredBy: z.string().nullable(),
  /** When it was answered, expired or was cancelled. */
  settledAt: isoTimeSchema.nullable(),
});
export type FleetTask = z.infer<typeof fleetTaskSchema>;

export const taskListQuerySchema = pageQuerySchema.extend({
  /** Comma separated states. */
  state: z.string().max(100).optional(),
  workflowId: idSchema.optional(),
  jobId: idSchema.optional(),
  /** In the title, text, name of the workflow, or id. */
  search: z.string().max(200).optional(),
});

/** A question as the run leaves it to the orchestrator. */
export const parkedTaskSchema = z.strictObject({ path: z.string().max(2000), task: humanTaskSchema });
export type ParkedTask = z.infer<typeof parkedTaskSchema>;

/** Takes the place of what a form got in a secret field wherever an answer is shown. */
export const SECRET_MASK = '••••';

/** An answer as people may see it; undefined when it holds no secret. */
export function maskedAnswer(
  { fields }: Pick<z.infer<typeof humanTaskSchema>, 'fields'>,
  answer: z.infer<typeof humanAnswerSchema>,
): z.infer<typeof humanAnswerSchema> | undefined {
  const isSecret = (name: string) => fields.some((field) => field.name === name && field.kind === 'secret');
  const hidden = Object.entries(answer.values).filter(
    ([name, value]) => isSecret(name) && value !== null && value !== '',
  );
  if (hidden.length === 0) return undefined;
  return {
    ...answer,
    values: { ...answer.values, ...Object.fromEntries(hidden.map(([name]) => [name, SECRET_MASK])) },
  };
}

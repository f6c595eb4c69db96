import { AppError, type FleetQueue, LARGEST_QUEUE_CONTENT, safeSchema } from '@casare/shared';
import { z } from 'zod';

type ContentSchema = NonNullable<FleetQueue['contentSchema']>;

/** What throws when an item is to hold too much, or something that its queue does not take. */
export function createContentCheck(schema: FleetQueue['contentSchema']): (content: unknown) => void {
  const check = schema === null ? undefined : compiled(schema);
  return (content) => {
    refuseLarge(content);
    const result = check?.safeParse(content);
    if (result === undefined || result.success) return;
    const issues = result.error.issues
      .slice(0, 50)
      .map((issue) => ({ path: ['content', ...issue.path].join('.'), message: issue.message }));
    throw new AppError(
      'QUEUE_CONTENT_INVALID',
      `The content does not fit the schema of the queue: ${issues[0]?.path} ${issues[0]?.message}`,
      { details: { issues } },
    );
  };
}

export function refuseLarge(content: unknown): void {
  const size = Buffer.byteLength(JSON.stringify(content));
  if (size <= LARGEST_QUEUE_CONTENT) return;
  throw new AppError(
    'PAYLOAD_TOO_LARGE',
    `A queue item holds at most 1 MiB, and so does its result; this is ${(size / 1_048_576).toFixed(1)} MiB. Keep large data in a file and name it in the item.`,
    { details: { size } },
  );
}

/** Throws when the schema itself is none. */
export function refuseSchema(schema: ContentSchema): void {
  try {
    compiled(schema).safeParse({});
  } catch (cause) {
    throw new AppError('VALIDATION', 'contentSchema is no JSON Schema that can be checked.', {
      details: { issues: [{ path: 'body.contentSchema', message: (cause as Error).message.slice(0, 500) }] },
      cause,
    });
  }
}

function compiled(schema: ContentSchema): z.ZodType {
  // Without what can make a check take for ever: the schema comes from outside.
  return z.fromJSONSchema(safeSchema(schema) as z.core.JSONSchema.JSONSchema);
}

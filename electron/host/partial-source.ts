import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type HostArgument, isBelow, type StepRow } from '@casare/shared';
import { z } from 'zod';

/** Which part of a workflow a run was, and the run it took the rest from. */
const sourceSchema = z.object({
  fromRun: z.string(),
  fromNode: z.string().optional(),
  onlyNodes: z.array(z.string()).optional(),
});
export type PartialSource = z.infer<typeof sourceSchema>;

const FILE = 'partial.json';

export function keepSource(runFolder: string, request: HostArgument<'run.start'>): void {
  const source = sourceSchema.safeParse(request);
  if (source.success) writeFileSync(join(runFolder, FILE), JSON.stringify(source.data));
}

/** Undefined: the run was a whole one, or took nothing from another. */
export function readSource(runFolder: string): PartialSource | undefined {
  try {
    return sourceSchema.parse(JSON.parse(readFileSync(join(runFolder, FILE), 'utf8')));
  } catch {
    return undefined;
  }
}

/** What of the earlier run still holds behind a partial one: running from here twice must find what stood before "here" both times. */
export function rowsStillTrue(earlier: readonly StepRow[], { fromNode, onlyNodes }: PartialSource): StepRow[] {
  if (fromNode !== undefined) {
    const first = earlier.findIndex((row) => row.path === fromNode && row.kind !== 'state');
    return first === -1 ? [...earlier] : earlier.slice(0, first);
  }
  const again = onlyNodes ?? [];
  return earlier.filter(({ path }) =>
    again.every((id) => path !== id && !path.startsWith(`${id}#`) && !isBelow(path, id)),
  );
}

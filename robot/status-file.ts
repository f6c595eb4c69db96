import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { robotStateSchema } from '@casare/shared';
import { z } from 'zod';
import { isStoreHeld } from './store.ts';

const statusSchema = z.object({
  pid: z.number(),
  name: z.string(),
  url: z.string(),
  state: robotStateSchema,
  connected: z.boolean(),
  jobs: z.array(z.object({ jobId: z.string(), workflow: z.string(), currentNode: z.string().optional() })),
  startedAt: z.string(),
  updatedAt: z.string(),
});
/** What `casare robot status` shows; kept by the running robot in its data folder. */
export type RobotStatus = z.infer<typeof statusSchema>;

const place = (folder: string) => join(folder, 'status.json');

export async function writeStatus(folder: string, status: RobotStatus): Promise<void> {
  const temporary = `${place(folder)}.${randomUUID().slice(0, 8)}`;
  await writeFile(temporary, JSON.stringify(status), { mode: 0o600 });
  await rename(temporary, place(folder));
}

export function removeStatus(folder: string): Promise<void> {
  return rm(place(folder), { force: true });
}

/** The status of the robot that works in this folder; undefined when none runs. */
export async function readStatus(folder: string): Promise<RobotStatus | undefined> {
  const parsed = statusSchema.safeParse(
    await readFile(place(folder), 'utf8')
      .then(JSON.parse)
      .catch(() => undefined),
  );
  // Its pid alone proves nothing: after a crash it may be another program's.
  return parsed.success && isStoreHeld(folder) ? parsed.data : undefined;
}

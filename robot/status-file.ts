import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { robotBlockSchema, robotStateSchema } from '@casare/shared';
import type { Logger } from 'pino';
import { z } from 'zod';
import { isStoreHeld } from './store.ts';

const statusSchema = z.object({
  pid: z.number(),
  name: z.string(),
  url: z.string(),
  state: robotStateSchema,
  connected: z.boolean(),
  /** Why it takes no jobs although its state would let it. */
  blocked: robotBlockSchema.optional(),
  jobs: z.array(z.object({ jobId: z.string(), workflow: z.string(), currentNode: z.string().optional() })),
  startedAt: z.string(),
  updatedAt: z.string(),
});
/** What `casare robot status` shows; kept by the running robot in its data folder. */
export type RobotStatus = z.infer<typeof statusSchema>;

const place = (folder: string) => join(folder, 'status.json');

async function writeStatus(folder: string, status: RobotStatus): Promise<void> {
  const temporary = `${place(folder)}.${randomUUID().slice(0, 8)}`;
  await writeFile(temporary, JSON.stringify(status), { mode: 0o600 });
  await rename(temporary, place(folder));
}

function removeStatus(folder: string): Promise<void> {
  return rm(place(folder), { force: true });
}

export interface StatusWriter {
  /** One after the other, so that the newest is what remains. */
  save(): Promise<void>;
  /** Nothing is written any more. */
  remove(): Promise<void>;
}

export function createStatusWriter(folder: string, log: Logger, read: () => RobotStatus): StatusWriter {
  let saving = Promise.resolve();
  let removed = false;
  return {
    save() {
      saving = saving.then(async () => {
        if (removed) return;
        await writeStatus(folder, read()).catch((error: unknown) =>
          log.warn({ error: String(error) }, 'the status file cannot be written'),
        );
      });
      return saving;
    },
    async remove() {
      removed = true;
      await saving;
      await removeStatus(folder);
    },
  };
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

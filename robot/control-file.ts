import { randomUUID } from 'node:crypto';
import { watch, existsSync, readFileSync, rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** What the robot of a data folder can be told from its own machine, without the fleet; `stop` is a signal. */
const LOCAL_COMMANDS = ['pause', 'resume', 'restart', 'drain'] as const;
const controlSchema = z.object({ command: z.enum(LOCAL_COMMANDS) });
export type LocalCommand = z.infer<typeof controlSchema>['command'];

const NAME = 'control.json';

/** Whoever may write into the data folder may command the robot: it is its owner's alone. */
export async function sendControl(folder: string, command: LocalCommand): Promise<void> {
  const temporary = join(folder, `${NAME}.${randomUUID().slice(0, 8)}`);
  await writeFile(temporary, JSON.stringify({ command }), { mode: 0o600 });
  await rename(temporary, join(folder, NAME));
}

/** Hears commands that are laid into the folder from now on; one from before belongs to nobody. Returns what ends it. */
export function watchControl(folder: string, onCommand: (command: LocalCommand) => void): () => void {
  const path = join(folder, NAME);
  rmSync(path, { force: true });
  const watcher = watch(folder, () => {
    if (!existsSync(path)) return;
    const command = read(path);
    rmSync(path, { force: true });
    if (command) onCommand(command);
  });
  // Where folders cannot be watched the fleet still reaches the robot.
  watcher.on('error', () => watcher.close());
  return () => watcher.close();
}

function read(path: string): LocalCommand | undefined {
  try {
    return controlSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).command;
  } catch {
    return undefined;
  }
}

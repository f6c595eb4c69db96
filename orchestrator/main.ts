import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '@casare/shared';
import { readConfig } from './config.ts';
import { type Orchestrator, startOrchestrator } from './start.ts';

try {
  const config = readConfig(process.env);
  const orchestrator = await startOrchestrator(config);
  stopOnSignal(orchestrator);
  await writeSetupKey(orchestrator, resolve(config.dataDir));
} catch (error) {
  console.error(error instanceof AppError ? `${error.code}: ${error.message}` : error);
  process.exitCode = 1;
}

function stopOnSignal(orchestrator: Orchestrator): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      // Whoever asks a second time does not want to wait.
      process.once(signal, () => process.exit(1));
      void orchestrator.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
    });
  }
}

/** There is no default account: the first keys stand in a file that only the owner of this process can read. */
async function writeSetupKey(orchestrator: Orchestrator, folder: string): Promise<void> {
  const keys = await orchestrator.createFirstKeys();
  if (!keys) return;
  await mkdir(folder, { recursive: true });
  const file = join(folder, 'first-keys.json');
  await writeFile(file, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  console.error(`The first keys stand in ${file}. Keep them elsewhere and delete the file.`);
}

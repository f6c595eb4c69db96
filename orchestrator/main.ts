import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '@casare/shared';
import { readConfig } from './config.ts';
import { type Orchestrator, startOrchestrator } from './start.ts';
import { startTracing, type Tracing } from './tracing/start-tracing.ts';

try {
  const config = readConfig(process.env);
  const tracing = await startTracing(process.env, 'casare-orchestrator');
  const orchestrator = await startOrchestrator(config);
  stopOnSignal(orchestrator, tracing);
  await showSetupToken(orchestrator, resolve(config.dataDir));
} catch (error) {
  console.error(error instanceof AppError ? `${error.code}: ${error.message}` : error);
  process.exitCode = 1;
}

function stopOnSignal(orchestrator: Orchestrator, tracing: Tracing | undefined): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      // Whoever asks a second time does not want to wait.
      process.once(signal, () => process.exit(1));
      void stopAll(orchestrator, tracing).then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
    });
  }
}

async function stopAll(orchestrator: Orchestrator, tracing: Tracing | undefined): Promise<void> {
  await orchestrator.stop();
  // A collector that is away keeps nobody from stopping.
  await tracing?.stop().catch((error: unknown) => console.error(error));
}

/** There is no default account: the first person comes in with a token that the console and one file show. */
async function showSetupToken(orchestrator: Orchestrator, folder: string): Promise<void> {
  const token = await orchestrator.createSetupToken();
  const file = join(folder, 'setup-token');
  await rm(file, { force: true });
  if (token === undefined) return;
  await mkdir(folder, { recursive: true });
  await writeFile(file, `${token}\n`, { mode: 0o600, flag: 'wx' });
  console.error(
    `Nobody has an account here yet. Open ${orchestrator.url} and enter this setup token (also in ${file}):\n\n  ${token}\n`,
  );
}

import { type AppError, asAppError } from '@casare/shared';
import { readRobotConfig } from './config.ts';
import { runRobot } from './run-robot.ts';
import { startTracing } from './tracing/start-tracing.ts';

/** The robot as a service: runs until it is told to stop. Exit codes: 0 stopped, 2 wrong settings, 3 another robot works here, 4 refused. */
async function main(): Promise<void> {
  const config = readRobotConfig(process.env);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  process.on('disconnect', () => stop.abort());
  const tracing = await startTracing(process.env);
  await runRobot(config, stop.signal, () => process.send?.({ ready: true }));
  // A collector that is away keeps nobody from stopping.
  await tracing?.stop().catch(() => undefined);
  process.exit(0);
}

main().catch((error: unknown) => {
  const failure = asAppError(error);
  console.error(`${failure.code}: ${failure.message}`);
  process.exit(exitCode(failure));
});

function exitCode(failure: AppError): number {
  if (failure.code === 'CONFIG_INVALID') return 2;
  if (failure.code === 'ALREADY_RUNNING') return 3;
  if (failure.code === 'UNAUTHENTICATED' || failure.code === 'FORBIDDEN') return 4;
  return 1;
}

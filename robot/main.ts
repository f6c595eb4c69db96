import { AppError, asAppError } from '@casare/shared';
import { readRobotConfig } from './config.ts';
import { startRobot } from './robot.ts';

/** The robot as a service: runs until it is told to stop. Exit codes: 0 stopped, 2 wrong settings, 3 another robot works here, 4 refused. */
async function main(): Promise<void> {
  for (;;) {
    const robot = await startRobot(readRobotConfig(process.env));
    process.send?.({ ready: true });
    const stop = () => void robot.stop();
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    process.on('disconnect', stop);
    const how = await robot.ended;
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    process.off('disconnect', stop);
    if (how === 'stopped') process.exit(0);
  }
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

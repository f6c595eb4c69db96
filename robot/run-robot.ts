import type { RobotConfig } from './config.ts';
import { startRobot } from './robot.ts';

/** A robot until the signal aborts or the fleet stops it; the command "restart" begins it anew. Throws what keeps it from starting. */
export async function runRobot(config: RobotConfig, signal: AbortSignal, onReady: () => void): Promise<void> {
  while (!signal.aborted) {
    const robot = await startRobot(config, signal).catch((error: unknown) => {
      if (signal.aborted) return undefined;
      throw error;
    });
    if (!robot) return;
    const stop = () => void robot.stop();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    onReady();
    const how = await robot.ended;
    signal.removeEventListener('abort', stop);
    if (how === 'stopped') return;
  }
}

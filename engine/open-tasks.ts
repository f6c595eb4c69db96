import type { HumanAnswer, HumanTask, ParkedTask } from '@casare/shared';
import type { Fiber } from './fiber.ts';
import type { People } from './resources/people.ts';

/** What a run asks people who will answer when it is over: it is taken up again with their answers. */
export interface OpenTasks {
  /** Those whom the step at this place asks. */
  at(path: string): People;
  lineBegun(fiber: Fiber): void;
  lineEnded(fiber: Fiber): void;
}

/** `park` is told all questions at once, when no line of the run can do anything more before somebody has answered. */
export function createOpenTasks(park: (tasks: readonly ParkedTask[]) => void): OpenTasks {
  const asked = new Set<ParkedTask>();
  /** Lines under way, with how many lines each of them waits for. */
  const lines = new Map<Fiber, number>();
  let looking = false;

  function look(): void {
    if (looking || asked.size === 0) return;
    looking = true;
    // A loop begins its next pass, a branch its next step, within the same turn.
    setImmediate(() => {
      looking = false;
      let moving = 0;
      for (const waitsFor of lines.values()) if (waitsFor === 0) moving += 1;
      if (asked.size > 0 && moving === asked.size) park([...asked]);
    });
  }

  return {
    at: (path) => ({ ask: (task, signal) => ask({ path, task }, signal) }),
    lineBegun(fiber) {
      lines.set(fiber, 0);
      count(fiber.parent, 1);
    },
    lineEnded(fiber) {
      lines.delete(fiber);
      count(fiber.parent, -1);
      look();
    },
  };

  function count(parent: Fiber | undefined, change: number): void {
    const known = parent && lines.get(parent);
    if (parent && known !== undefined) lines.set(parent, known + change);
  }

  /** Never answers: the run ends before. */
  function ask(question: { path: string; task: HumanTask }, signal: AbortSignal): Promise<HumanAnswer> {
    return new Promise((_, reject) => {
      signal.throwIfAborted();
      asked.add(question);
      look();
      const leave = () => {
        asked.delete(question);
        reject(signal.reason as Error);
        look();
      };
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}

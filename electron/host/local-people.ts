import type { People } from '@casare/engine';
import {
  answerFaults,
  AppError,
  type HostArgument,
  type HostEvents,
  type HumanAnswer,
  type HumanTask,
} from '@casare/shared';

interface Waiting {
  runId: string;
  task: HumanTask;
  settle(answer: HumanAnswer): void;
}

interface LocalPeople {
  /** Those whom one run asks. */
  forRun(runId: string): People;
  answer(request: HostArgument<'run.answer'>): void;
  /** What waits for an answer, oldest first: a studio that was reloaded shows it again. */
  open(): HostEvents['run.ask'][];
}

/** Puts the questions of runs to the person at the studio. */
export function createLocalPeople(
  emit: <E extends 'run.ask' | 'run.asked'>(event: E, payload: HostEvents[E]) => void,
): LocalPeople {
  const waiting = new Map<string, Waiting>();
  const keyOf = (runId: string, taskId: string) => `${runId} ${taskId}`;
  return {
    forRun: (runId) => ({
      ask: (task, signal) =>
        new Promise((resolve, reject) => {
          signal.throwIfAborted();
          const key = keyOf(runId, task.id);
          const end = () => {
            waiting.delete(key);
            signal.removeEventListener('abort', leave);
            emit('run.asked', { runId, taskId: task.id });
          };
          const leave = () => {
            end();
            reject(signal.reason as Error);
          };
          signal.addEventListener('abort', leave, { once: true });
          waiting.set(key, {
            runId,
            task,
            settle(answer) {
              end();
              resolve(answer);
            },
          });
          emit('run.ask', { runId, task });
        }),
    }),
    answer({ runId, taskId, answer }) {
      const found = waiting.get(keyOf(runId, taskId));
      if (!found) throw new AppError('CONFLICT', 'Nobody waits for this answer any more.');
      const faults = answerFaults(found.task, answer);
      const [first] = Object.entries(faults);
      if (first) throw new AppError('VALIDATION', `${first[0]}: ${first[1]}`, { details: { faults } });
      found.settle(answer);
    },
    open: () => [...waiting.values()].map(({ runId, task }) => ({ runId, task })),
  };
}

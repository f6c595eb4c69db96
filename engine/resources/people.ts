import { AppError, type HumanAnswer, type HumanTask } from '@casare/shared';

/** The people who can be asked while a run goes on. */
export interface People {
  /** Waits for the answer; aborted, the question goes away. The same `task.id` again waits for the same question. */
  ask(task: HumanTask, signal: AbortSignal): Promise<HumanAnswer>;
}

/** For runs that nobody watches. */
export const nobody: People = {
  ask: () =>
    Promise.reject(
      new AppError(
        'HUMAN_NEEDED',
        'This step asks a person, and nobody watches this run. Run the workflow in the studio or in a terminal, or give the answer beforehand.',
      ),
    ),
};

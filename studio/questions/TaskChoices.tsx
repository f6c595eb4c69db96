import type { HumanTask } from '@casare/shared';
import type { Ref } from 'react';
import { Button } from '../ui/Button.tsx';
import type { TaskAnswer } from './use-task-answer.ts';

interface TaskChoicesProps {
  task: HumanTask;
  given: TaskAnswer;
  okRef?: Ref<HTMLButtonElement>;
}

/** The buttons that answer a question. */
export function TaskChoices({ task, given, okRef }: TaskChoicesProps) {
  const choices = {
    form: [
      { choice: 'decline', label: 'Decline' },
      { choice: 'submit', label: 'Submit' },
    ],
    approve: task.choices.map((choice) => ({ choice, label: choice })),
    notify: [{ choice: 'seen', label: 'OK' }],
  }[task.kind];
  const main = task.kind === 'approve' ? task.choices[0] : task.kind === 'form' ? 'submit' : 'seen';
  return choices.map(({ choice, label }) => (
    <Button
      key={choice}
      variant={choice === main ? 'primary' : 'secondary'}
      loading={given.sending === choice}
      disabled={given.sending !== undefined}
      {...(choice === 'seen' && okRef && { ref: okRef })}
      onClick={() => void given.answer(choice)}
    >
      {label}
    </Button>
  ));
}

import { AppError, type HostEvents, type StudioHost } from '@casare/shared';
import { useRef } from 'react';
import { Dialog } from '../ui/Dialog.tsx';
import { toast } from '../ui/toast.tsx';
import { TaskBody } from './TaskBody.tsx';
import { TaskChoices } from './TaskChoices.tsx';
import { useTaskAnswer } from './use-task-answer.ts';

interface QuestionDialogProps {
  host: StudioHost;
  question: HostEvents['run.ask'];
  /** Puts the question aside; it stays open. */
  onLater: () => void;
}

/** A question of a run: a form, a choice, or a message to read. */
export function QuestionDialog({ host, question: { runId, task }, onLater }: QuestionDialogProps) {
  const body = useRef<HTMLElement | null>(null);
  const given = useTaskAnswer(task, async (answer) => {
    try {
      await host.call('run.answer', { runId, taskId: task.id, answer });
    } catch (error) {
      // Answered elsewhere, or too late: the question goes away by itself.
      if (!(error instanceof AppError && error.code === 'CONFLICT')) toast.failed(error, 'The answer did not arrive');
    }
  });
  return (
    <Dialog
      open
      onClose={onLater}
      size="sm"
      title={task.title}
      description={`Asked by "${task.workflowName}"`}
      initialFocus={body}
      footer={
        <TaskChoices
          task={task}
          given={given}
          okRef={(button) => {
            body.current ??= button;
          }}
        />
      }
    >
      <TaskBody
        task={task}
        given={given}
        formRef={(form) => {
          body.current = form?.querySelector<HTMLElement>('input, textarea, button') ?? null;
        }}
      />
    </Dialog>
  );
}

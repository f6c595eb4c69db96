import { AppError, answerFaults, type HostEvents, type HumanValues, type StudioHost } from '@casare/shared';
import { useRef, useState } from 'react';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Field } from '../ui/Field.tsx';
import { TextArea } from '../ui/TextArea.tsx';
import { toast } from '../ui/toast.tsx';
import { TaskFieldInput } from './TaskFieldInput.tsx';

interface QuestionDialogProps {
  host: StudioHost;
  question: HostEvents['run.ask'];
  /** Puts the question aside; it stays open. */
  onLater: () => void;
}

/** A question of a run: a form, a choice, or a message to read. */
export function QuestionDialog({ host, question: { runId, task }, onLater }: QuestionDialogProps) {
  const [values, setValues] = useState<HumanValues>(() =>
    Object.fromEntries(
      task.fields.map(({ name, kind, default: first }) => [name, first ?? (kind === 'checkbox' ? false : null)]),
    ),
  );
  const [comment, setComment] = useState('');
  const [faults, setFaults] = useState<Record<string, string>>({});
  const body = useRef<HTMLElement | null>(null);

  const answer = async (choice: string) => {
    const given = { choice, values: choice === 'submit' ? values : {}, comment };
    const found = answerFaults(task, given);
    setFaults(found);
    if (Object.keys(found).length > 0) return;
    try {
      await host.call('run.answer', { runId, taskId: task.id, answer: given });
    } catch (error) {
      // Answered elsewhere, or too late: the question goes away by itself.
      if (!(error instanceof AppError && error.code === 'CONFLICT')) toast.failed(error, 'The answer did not arrive');
    }
  };

  return (
    <Dialog
      open
      onClose={onLater}
      size="sm"
      title={task.title}
      description={`Asked by "${task.workflowName}"`}
      initialFocus={body}
      footer={
        task.kind === 'form' ? (
          <>
            <Button onClick={() => void answer('decline')}>Decline</Button>
            <Button variant="primary" onClick={() => void answer('submit')}>
              Submit
            </Button>
          </>
        ) : task.kind === 'approve' ? (
          task.choices.map((choice, i) => (
            <Button key={choice} variant={i === 0 ? 'primary' : 'secondary'} onClick={() => void answer(choice)}>
              {choice}
            </Button>
          ))
        ) : (
          <Button
            variant="primary"
            ref={(button) => {
              body.current ??= button;
            }}
            onClick={() => void answer('seen')}
          >
            OK
          </Button>
        )
      }
    >
      {task.text !== '' && <p className="mb-3 whitespace-pre-wrap break-words">{task.text}</p>}
      {task.kind === 'form' && (
        <form
          ref={(form) => {
            body.current = form?.querySelector<HTMLElement>('input, textarea, button') ?? null;
          }}
          className="flex flex-col gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            void answer('submit');
          }}
        >
          {task.fields.map((field) => (
            <TaskFieldInput
              key={field.name}
              field={field}
              value={values[field.name] ?? null}
              fault={faults[field.name]}
              onChange={(value) => setValues((known) => ({ ...known, [field.name]: value }))}
            />
          ))}
          <button type="submit" className="sr-only" tabIndex={-1} aria-hidden>
            Submit
          </button>
        </form>
      )}
      {task.kind === 'approve' && (
        <Field label="Comment">
          <TextArea value={comment} onChange={setComment} rows={2} />
        </Field>
      )}
    </Dialog>
  );
}

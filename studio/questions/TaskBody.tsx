import type { HumanTask } from '@casare/shared';
import type { Ref } from 'react';
import { Field } from '../ui/Field.tsx';
import { TextArea } from '../ui/TextArea.tsx';
import { TaskFieldInput } from './TaskFieldInput.tsx';
import type { TaskAnswer } from './use-task-answer.ts';

interface TaskBodyProps {
  task: HumanTask;
  given: TaskAnswer;
  formRef?: Ref<HTMLFormElement>;
}

/** The text of a question and what is to be filled in. */
export function TaskBody({ task, given, formRef }: TaskBodyProps) {
  return (
    <>
      {task.text !== '' && <p className="mb-3 whitespace-pre-wrap break-words">{task.text}</p>}
      {task.kind === 'form' && (
        <form
          ref={formRef}
          className="flex flex-col gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            void given.answer('submit');
          }}
        >
          {task.fields.map((field) => (
            <TaskFieldInput
              key={field.name}
              field={field}
              value={given.values[field.name] ?? null}
              fault={given.faults[field.name]}
              onChange={(value) => given.setValue(field.name, value)}
            />
          ))}
          <button type="submit" className="sr-only" tabIndex={-1} aria-hidden>
            Submit
          </button>
        </form>
      )}
      {task.kind === 'approve' && (
        <Field label="Comment">
          <TextArea value={given.comment} onChange={given.setComment} rows={2} />
        </Field>
      )}
    </>
  );
}

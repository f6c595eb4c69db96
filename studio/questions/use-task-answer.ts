import { answerFaults, type HumanAnswer, type HumanTask, type HumanValues } from '@casare/shared';
import { useState } from 'react';

export interface TaskAnswer {
  values: HumanValues;
  comment: string;
  /** What is wrong, by field. */
  faults: Record<string, string>;
  /** The choice that is on its way. */
  sending: string | undefined;
  setValue: (name: string, value: HumanValues[string]) => void;
  setComment: (comment: string) => void;
  answer: (choice: string) => Promise<void>;
}

/** What somebody types into a question, until it is sent; `send` is called only with an answer that fits. */
export function useTaskAnswer(task: HumanTask, send: (answer: HumanAnswer) => Promise<void>): TaskAnswer {
  const [values, setValues] = useState<HumanValues>(() =>
    Object.fromEntries(
      task.fields.map(({ name, kind, default: first }) => [name, first ?? (kind === 'checkbox' ? false : null)]),
    ),
  );
  const [comment, setComment] = useState('');
  const [faults, setFaults] = useState<Record<string, string>>({});
  const [sending, setSending] = useState<string>();
  return {
    values,
    comment,
    faults,
    sending,
    setValue: (name, value) => setValues((known) => ({ ...known, [name]: value })),
    setComment,
    async answer(choice) {
      if (sending !== undefined) return;
      const given = { choice, values: choice === 'submit' ? values : {}, comment };
      const found = answerFaults(task, given);
      setFaults(found);
      if (Object.keys(found).length > 0) return;
      setSending(choice);
      await send(given);
      setSending(undefined);
    },
  };
}

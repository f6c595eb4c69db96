import { createInterface } from 'node:readline/promises';
import { type Readable, Writable } from 'node:stream';
import type { People } from '@casare/engine';
import {
  answerFaults,
  AppError,
  type HumanAnswer,
  humanAnswerSchema,
  type HumanTask,
  type HumanValues,
  type TaskField,
} from '@casare/shared';
import colors from 'picocolors';
import type { Output } from './output.ts';

interface Terminal {
  input: Readable;
  output: Writable;
}

/** Answers given beforehand as `step=JSON`: values of a form, or the text of a choice. */
export function readAnswers(given: readonly string[]): Map<string, unknown> {
  return new Map(
    given.map((entry) => {
      const at = entry.indexOf('=');
      if (at < 1) throw new AppError('USAGE', `--answer takes step=answer, not "${entry}".`);
      return [entry.slice(0, at), jsonOrText(entry.slice(at + 1))];
    }),
  );
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Asks whoever started the command. Without a terminal only answers given beforehand count. */
export function createTerminalPeople(
  answers: ReadonlyMap<string, unknown>,
  terminal: Terminal | undefined,
  out: Output,
): People {
  // One question at a time, also when several steps ask at once.
  let turn: Promise<unknown> = Promise.resolve();
  return {
    ask(task, signal) {
      const given = answers.get(task.nodeId);
      if (given !== undefined) return Promise.resolve(toAnswer(task, given));
      if (task.kind === 'notify') {
        out.note(`${colors.bold(task.title)}${task.text === '' ? '' : `\n${task.text}`}`);
        if (!terminal) return Promise.resolve({ choice: 'seen', values: {}, comment: '' });
      }
      if (!terminal)
        return Promise.reject(
          new AppError(
            'HUMAN_NEEDED',
            `The step "${task.nodeId}" asks "${task.title}", and there is no terminal to ask in. Give the answer with --answer ${task.nodeId}=… .`,
          ),
        );
      const asked = turn.then(() => askOne(task, terminal, signal));
      turn = asked.catch(() => undefined);
      return asked;
    },
  };
}

function toAnswer(task: HumanTask, given: unknown): HumanAnswer {
  const whole = humanAnswerSchema.safeParse(given);
  if (whole.success) return whole.data;
  if (typeof given === 'string') return { choice: given, values: {}, comment: '' };
  const values = humanAnswerSchema.shape.values.safeParse(given);
  if (task.kind === 'form' && values.success) return { choice: 'submit', values: values.data ?? {}, comment: '' };
  throw new AppError(
    'USAGE',
    `--answer ${task.nodeId}=…: the answer is a choice, or an object with the values of the form.`,
  );
}

async function askOne(task: HumanTask, { input, output }: Terminal, signal: AbortSignal): Promise<HumanAnswer> {
  signal.throwIfAborted();
  let isHidden = false;
  // What is typed comes back through the output of the reader, and a secret must not.
  const screen = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!isHidden) output.write(chunk);
      done();
    },
  });
  const reader = createInterface({ input, output: screen, terminal: true });
  const say = (text: string) => void output.write(`${text}\n`);
  try {
    if (task.kind !== 'notify') say(`\n${colors.bold(task.title)}${task.text === '' ? '' : `\n${task.text}`}`);
    if (task.kind === 'notify') {
      await reader.question('Enter goes on. ', { signal });
      return { choice: 'seen', values: {}, comment: '' };
    }
    if (task.kind === 'approve') return { choice: await chooseOne(task.choices), values: {}, comment: '' };
    const values: HumanValues = {};
    for (const field of task.fields) values[field.name] = await askField(field);
    return { choice: 'submit', values, comment: '' };
  } finally {
    reader.close();
  }

  async function chooseOne(choices: readonly string[]): Promise<string> {
    choices.forEach((choice, i) => say(`  ${i + 1}  ${choice}`));
    for (;;) {
      const typed = (await reader.question('Which? ', { signal })).trim();
      const choice = choices[Number(typed) - 1] ?? choices.find((one) => one === typed);
      if (choice !== undefined) return choice;
      say(`Type a number from 1 to ${choices.length}.`);
    }
  }

  async function askField(field: TaskField): Promise<HumanValues[string]> {
    if (field.kind === 'choice') field.choices.forEach((choice) => say(`  · ${choice}`));
    const standard = field.default === undefined || field.kind === 'secret' ? '' : ` [${field.default}]`;
    for (;;) {
      const question = reader.question(`${field.label || field.name}${standard}: `, { signal });
      isHidden = field.kind === 'secret';
      const typed = await question.finally(() => {
        if (isHidden) say('');
        isHidden = false;
      });
      const value = typed === '' ? (field.default ?? null) : valueOf(field, typed);
      const fault = answerFaults(
        { ...task, fields: [field] },
        { choice: 'submit', values: { [field.name]: value }, comment: '' },
      )[field.name];
      if (fault === undefined) return value;
      say(fault);
    }
  }
}

function valueOf({ kind }: TaskField, typed: string): HumanValues[string] {
  if (kind === 'number') return typed.trim() === '' ? null : Number(typed);
  if (kind === 'checkbox') return /^(y|yes|true|1|on)$/i.test(typed.trim());
  return typed;
}

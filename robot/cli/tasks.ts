import {
  AppError,
  type FleetTask,
  fleetTaskSchema,
  type HumanAnswer,
  type HumanValues,
  pageOf,
  type TaskField,
} from '@casare/shared';
import { createTerminalPeople } from './ask-in-terminal.ts';
import {
  type CommandContext,
  defineCommand,
  listOption,
  type OptionValues,
  textOption,
  wholeNumber,
} from './define-command.ts';

export const tasksList = defineCommand({
  usage: 'tasks list',
  summary: 'List what jobs ask people, newest first; only what is open unless told otherwise',
  remote: true,
  options: [
    { flags: '--state <states>', description: 'comma separated: open, answered, expired, cancelled', default: 'open' },
    { flags: '--search <text>', description: 'in title, text, workflow and id' },
    { flags: '--job <id>', description: 'only those of this job' },
    { flags: '--limit <n>', description: 'at most this many', default: '50' },
  ],
  async run(ctx, _args, options) {
    const page = await ctx.orchestrator().call('GET', '/tasks', pageOf(fleetTaskSchema), {
      query: {
        state: textOption(options, 'state'),
        search: textOption(options, 'search'),
        jobId: textOption(options, 'job'),
        limit: wholeNumber(textOption(options, 'limit') ?? '50', '--limit'),
      },
      signal: ctx.signal,
    });
    const rows = page.items.map(({ id, state, task, createdAt, deadline }) => ({
      id,
      state,
      title: task.title,
      workflow: task.workflowName,
      asked: createdAt.slice(0, 19),
      until: deadline?.slice(0, 19) ?? '',
    }));
    ctx.out.result(page, ctx.out.table(rows, ['id', 'state', 'title', 'workflow', 'asked', 'until']));
  },
});

export const tasksShow = defineCommand({
  usage: 'tasks show <id>',
  summary: 'Show a task, with its fields or choices and its answer',
  remote: true,
  async run(ctx, [id = '']) {
    const task = await load(ctx, id);
    ctx.out.result(task, describe(task));
  },
});

export const tasksAnswer = defineCommand({
  usage: 'tasks answer <id>',
  summary: 'Answer a task; asks in the terminal for what is not given',
  remote: true,
  options: [
    { flags: '--choice <choice>', description: 'one of its choices; for a form submit or decline' },
    { flags: '--value <name=value>', description: 'a field of the form; may be repeated', repeat: true },
    { flags: '--comment <text>', description: 'goes with the choice' },
  ],
  async run(ctx, [id = ''], options) {
    const task = await load(ctx, id);
    const answer = given(task, options) ?? (await ask(ctx, task));
    const answered = await ctx
      .orchestrator()
      .call('POST', `/tasks/${encodeURIComponent(id)}/answer`, fleetTaskSchema, { body: answer, signal: ctx.signal });
    ctx.out.result(answered, `answered; job ${answered.jobId} goes on`);
  },
});

function load(ctx: CommandContext, id: string): Promise<FleetTask> {
  return ctx.orchestrator().call('GET', `/tasks/${encodeURIComponent(id)}`, fleetTaskSchema, { signal: ctx.signal });
}

/** Undefined when the options say nothing of the answer. */
function given({ task }: FleetTask, options: OptionValues): HumanAnswer | undefined {
  const entries = listOption(options, 'value');
  const comment = textOption(options, 'comment') ?? '';
  const choice =
    textOption(options, 'choice') ?? (entries.length > 0 ? 'submit' : task.kind === 'notify' ? 'seen' : undefined);
  if (choice === undefined) return undefined;
  const values: HumanValues = {};
  if (task.kind === 'form' && choice === 'submit')
    for (const { name, default: first } of task.fields) if (first !== undefined) values[name] = first;
  for (const entry of entries) {
    const at = entry.indexOf('=');
    const name = entry.slice(0, at);
    const field = task.fields.find((one) => one.name === name);
    if (at < 1 || !field)
      throw new AppError(
        'USAGE',
        `--value takes name=value with one of these names: ${task.fields.map((one) => one.name).join(', ') || 'none, there is no form'}.`,
      );
    values[name] = readValue(field, entry.slice(at + 1));
  }
  return { choice, values, comment };
}

function readValue({ name, kind }: TaskField, text: string): HumanValues[string] {
  if (text === '') return null;
  if (kind === 'checkbox') {
    if (text === 'true' || text === 'false') return text === 'true';
    throw new AppError('USAGE', `--value ${name}=… takes true or false.`);
  }
  if (kind !== 'number') return text;
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  throw new AppError('USAGE', `--value ${name}=… takes a number, not "${text}".`);
}

function ask(ctx: CommandContext, { task }: FleetTask): Promise<HumanAnswer> {
  const isTerminal = process.stdin.isTTY && process.stderr.isTTY && !ctx.out.json;
  if (!isTerminal)
    throw new AppError(
      'USAGE',
      task.kind === 'form'
        ? 'Give the fields with --value name=value, or --choice decline.'
        : `Give the answer with --choice: ${task.choices.join(', ')}.`,
    );
  return createTerminalPeople(new Map(), { input: process.stdin, output: process.stderr }, ctx.out).ask(
    task,
    ctx.signal,
  );
}

function describe({ id, state, jobId, path, task, deadline, answer, answeredBy, settledAt }: FleetTask): string {
  const lines = [`task ${id}: ${state}`, task.title];
  if (task.text !== '') lines.push(task.text);
  lines.push(`workflow ${task.workflowName}, step ${path}`, `job ${jobId}`);
  if (deadline !== null) lines.push(`until ${deadline}`);
  if (task.kind === 'approve') lines.push(`choices: ${task.choices.join(', ')}`);
  for (const field of task.fields) lines.push(`  ${describeField(field)}`);
  if (answer) {
    lines.push(`answered by ${answeredBy} at ${settledAt}: ${answer.choice}`);
    for (const [name, value] of Object.entries(answer.values)) lines.push(`  ${name}: ${String(value ?? '')}`);
    if (answer.comment !== '') lines.push(answer.comment);
  }
  return lines.join('\n');
}

function describeField({ name, kind, required, label, choices }: TaskField): string {
  const facts = [kind, ...(required ? ['required'] : []), ...(choices.length > 0 ? [choices.join(' | ')] : [])];
  return `${name} (${facts.join(', ')})${label === '' ? '' : ` ${label}`}`;
}

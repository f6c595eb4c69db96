import {
  AppError,
  compileTemplate,
  compileValue,
  type CompileResult,
  EMPTY_SCOPE,
  type TriggerKind,
  type Workflow,
} from '@casare/shared';

/** What a trigger was brought; JSON. */
export type Payload = Record<string, unknown>;

interface Mapping {
  readonly kind: TriggerKind;
  readonly filter: string | null;
  readonly input: Record<string, unknown> | null;
  readonly reference: string | null;
}

export interface Mapped {
  /** Whether the filter lets it pass. */
  readonly wanted: boolean;
  readonly input: Record<string, unknown>;
  readonly reference: string | undefined;
}

const payloadOnly: ReadonlySet<string> = new Set(['payload']);

/** The part of a payload whose fields become inputs of the same names, where nothing else is said. */
const mainPart: Partial<Record<TriggerKind, string>> = {
  webhook: 'body',
  jobEnded: 'output',
  httpPoll: 'item',
  form: 'values',
  chat: 'options',
  database: 'row',
};

/** What a payload comes to. Throws what is wrong with the expressions, or with what they found. */
export function mapPayload(trigger: Mapping, { inputs }: Pick<Workflow, 'inputs'>, payload: Payload): Mapped {
  const scope = { ...EMPTY_SCOPE, given: { payload } };
  const evaluate = (compiled: CompileResult, where: string): unknown => {
    if (!compiled.ok) throw syntaxError(where, compiled.problems[0]?.message ?? '');
    return compiled.expression.evaluate(scope);
  };
  const options = optionsFor(payloadOnly);
  if (trigger.filter !== null && !isTrue(evaluate(compileTemplate(trigger.filter, options), 'filter')))
    return { wanted: false, input: {}, reference: undefined };
  const reference =
    trigger.reference === null ? undefined : String(evaluate(compileTemplate(trigger.reference, options), 'reference'));
  const input =
    trigger.input === null
      ? sameNames(trigger.kind, inputs, payload)
      : (evaluate(compileValue(trigger.input, options), 'input') as Record<string, unknown>);
  return { wanted: true, input: plain(input), reference: reference?.slice(0, 200) };
}

/** Problems of the expressions, before anything is brought. */
export function checkMapping({ filter, input, reference }: Pick<Mapping, 'filter' | 'input' | 'reference'>): void {
  const options = optionsFor(payloadOnly);
  const parts: [string, CompileResult][] = [
    ...(filter === null ? [] : [['filter', compileTemplate(filter, options)] as [string, CompileResult]]),
    ...(reference === null ? [] : [['reference', compileTemplate(reference, options)] as [string, CompileResult]]),
    ...(input === null ? [] : [['input', compileValue(input, options)] as [string, CompileResult]]),
  ];
  for (const [where, compiled] of parts)
    if (!compiled.ok) throw syntaxError(where, compiled.problems[0]?.message ?? '');
}

/** There are no steps to speak of here. */
export function optionsFor(given: ReadonlySet<string>) {
  return { stepSlot: () => -1, given };
}

export function syntaxError(where: string, message: string): AppError {
  return new AppError('EXPRESSION_SYNTAX', `The ${where} of the trigger cannot be read: ${message}`, {
    details: { where },
  });
}

function sameNames(kind: TriggerKind, inputs: Workflow['inputs'], payload: Payload): Record<string, unknown> {
  const name = mainPart[kind];
  const main = name === undefined ? payload : payload[name];
  const fields = typeof main === 'object' && main !== null && !Array.isArray(main) ? (main as Payload) : {};
  const found: Record<string, unknown> = {};
  for (const input of inputs) {
    if (input.name === 'payload') found['payload'] = payload;
    else if (Object.hasOwn(fields, input.name)) found[input.name] = fields[input.name];
  }
  return found;
}

/** A filter that is not one expression is text, and "false" as text is no yes. */
function isTrue(value: unknown): boolean {
  return typeof value === 'string' ? value !== '' && value !== 'false' : Boolean(value);
}

/** As the job will have it: what is absent is left out. */
function plain(input: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(input)) as Record<string, unknown>;
}

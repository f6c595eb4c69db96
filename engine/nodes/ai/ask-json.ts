import { AppError } from '@casare/shared';
import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';
import { askModel, type Message } from './ask-model.ts';
import type { ModelParams } from './model-fields.ts';
import { addUsage, noUsage, type Usage } from './usage.ts';

type Form = 'schema' | 'json' | 'prompt';

export interface JsonQuestion<T> {
  messages: readonly Message[];
  /** What the answer must fit. */
  schema: z.ZodType<T>;
  /** Default: made from `schema`. */
  jsonSchema?: Record<string, unknown>;
  /** How often the model is told its faults and asked again. */
  repairs?: number;
}

export interface JsonAnswer<T> {
  value: T;
  usage: Usage;
}

/** An answer that fits a schema: asked for in the strictest way the service knows, checked here, and asked for again with the faults named. */
export async function askForJson<T>(
  ctx: NodeContext,
  params: ModelParams,
  { messages, schema, jsonSchema = z.toJSONSchema(schema, { io: 'input' }), repairs = 2 }: JsonQuestion<T>,
): Promise<JsonAnswer<T>> {
  const words = `Answer with JSON only, without any other text, fitting this JSON Schema:\n${JSON.stringify(jsonSchema)}`;
  const talk: Message[] = [...withSystem(messages, words)];
  let form: Form = params.structured === 'auto' ? 'schema' : params.structured;
  let usage = noUsage;
  for (let repair = 0; ; ) {
    const answer = await askModel(ctx, params, talk, { responseFormat: formatOf(form, jsonSchema) }).catch(
      (error: unknown) => {
        const next = params.structured === 'auto' && isFormRefused(error) ? weaker[form] : undefined;
        if (next === undefined) throw error;
        form = next;
        return undefined;
      },
    );
    if (answer === undefined) continue;
    usage = addUsage(usage, answer.usage);
    const read = readJson(answer.text);
    const parsed = read.ok ? await schema.safeParseAsync(read.value) : undefined;
    if (parsed?.success) return { value: parsed.data, usage };
    const faults = parsed ? faultsOf(parsed.error) : ['the answer is not JSON'];
    if (answer.finishReason === 'length') throw cut(params.maxTokens, usage);
    if (repair >= repairs) throw unfit(faults, repair + 1, usage);
    repair += 1;
    ctx.log('info', `The answer did not fit (${faults.slice(0, 3).join('; ')}); the model is asked again.`);
    talk.push(
      { role: 'assistant', content: answer.text },
      {
        role: 'user',
        content: `That does not fit: ${faults.join('; ')}. Give the whole answer again, corrected, as JSON only.`,
      },
    );
  }
}

const weaker: Record<Form, Form | undefined> = { schema: 'json', json: 'prompt', prompt: undefined };

function formatOf(form: Form, jsonSchema: Record<string, unknown>): Record<string, unknown> | undefined {
  switch (form) {
    case 'schema': {
      const { $schema: _dialect, ...schema } = jsonSchema;
      return { type: 'json_schema', json_schema: { name: 'answer', strict: isStrict(schema), schema } };
    }
    case 'json':
      return { type: 'json_object' };
    case 'prompt':
      return undefined;
  }
}

/** Strict mode wants every object closed and every property required; a schema of the author may be freer. */
function isStrict(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.every(isStrict);
  if (schema === null || typeof schema !== 'object') return true;
  const { type, properties, required, additionalProperties } = schema as Record<string, unknown>;
  if (type === 'object') {
    const names = Object.keys((properties as object | undefined) ?? {});
    if (
      additionalProperties !== false ||
      names.some((name) => !((required as string[] | undefined) ?? []).includes(name))
    )
      return false;
  }
  return Object.values(schema).every(isStrict);
}

function isFormRefused(error: unknown): boolean {
  if (!(error instanceof AppError) || error.code !== 'HTTP_FAILED') return false;
  const { status, reason } = error.details;
  return (
    [400, 404, 422, 501].includes(Number(status)) &&
    /response_format|json_schema|json_object|structured|schema/i.test(String(reason))
  );
}

/** Some models put their JSON between words or into a code block. */
function readJson(text: string): { ok: true; value: unknown } | { ok: false } {
  const block = /```(?:json)?\s*([\s\S]*?)```/.exec(text)?.[1];
  const start = text.search(/[[{]/);
  const end = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'));
  for (const candidate of [text, block, start === -1 ? undefined : text.slice(start, end + 1)])
    if (candidate !== undefined)
      try {
        return { ok: true, value: JSON.parse(candidate) };
      } catch {
        // The next form may be it.
      }
  return { ok: false };
}

function faultsOf(error: z.ZodError): string[] {
  return error.issues.slice(0, 10).map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`);
}

function withSystem(messages: readonly Message[], words: string): readonly Message[] {
  const [first, ...rest] = messages;
  if (first?.role === 'system' && typeof first.content === 'string')
    return [{ role: 'system', content: `${first.content}\n\n${words}` }, ...rest];
  return [{ role: 'system', content: words }, ...messages];
}

function unfit(faults: readonly string[], asked: number, usage: Usage): AppError {
  return new AppError(
    'DATA_FORMAT',
    `The model was asked ${asked} times and its answer still does not fit: ${faults.slice(0, 3).join('; ')}. Ask for less at once, or choose another model.`,
    { details: { faults: [...faults], usage } },
  );
}

function cut(maxTokens: number, usage: Usage): AppError {
  return new AppError(
    'DATA_FORMAT',
    `The answer was cut after ${maxTokens} tokens. Raise the longest answer, or ask for less.`,
    {
      details: { maxTokens, usage },
    },
  );
}

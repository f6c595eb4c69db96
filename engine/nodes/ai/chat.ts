import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { askForJson } from './ask-json.ts';
import { askModel, type Message, type Part } from './ask-model.ts';
import { modelFields, usageSchema } from './model-fields.ts';
import { outsideRule } from './outside-text.ts';
import { readSource, sourceFields } from './source.ts';

const historySchema = z.array(z.object({ role: z.enum(['user', 'assistant']), content: z.string() }));

export const chat = defineNode({
  type: 'ai.chat',
  version: 1,
  title: 'Ask AI',
  category: 'ai',
  icon: 'sparkles',
  description: 'Asks a language model and gives its answer; with a history it remembers what was said before.',
  synonyms: ['llm', 'ai', 'chatgpt', 'chat', 'prompt', 'completion', 'gpt', 'claude', 'model', 'ollama', 'vision'],
  params: z.strictObject({
    prompt: z.string().min(1).max(500_000).meta({ title: 'Question', 'x-widget': 'textarea' }),
    system: z.string().max(100_000).default('').meta({
      title: 'Instructions',
      placeholder: 'You answer customers politely and briefly.',
      'x-widget': 'textarea',
    }),
    data: sourceFields.text.meta({
      title: 'Material',
      description: 'Text from outside (a mail, a page). It is marked as data, so that orders in it are not followed.',
      'x-widget': 'textarea',
    }),
    files: sourceFields.files,
    answer: z.enum(['text', 'json']).default('text').meta({ title: 'Answer as' }),
    history: z.string().max(200).default('').meta({
      title: 'History in',
      description: 'A variable that keeps the talk from step to step.',
      'x-widget': 'variable',
      'x-raw': true,
    }),
    historyLength: z
      .int()
      .min(2)
      .max(1000)
      .default(20)
      .meta({ title: 'Remember', unit: 'messages', 'x-advanced': true }),
    ...modelFields,
  }),
  output: z.object({ text: z.string(), data: z.unknown(), isCut: z.boolean(), model: z.string(), usage: usageSchema }),
  effect: 'idempotent',
  examples: [
    {
      title: 'An answer to a mail',
      params: { model: 'gpt-4.1-mini', apiKey: '${vars.aiKey}', prompt: 'Write a short answer.', data: '${vars.mail}' },
    },
  ],
  async run(ctx, params) {
    const { prompt, system, data, files, answer, history, historyLength } = params;
    const past = history === '' ? [] : readHistory(ctx.getVariable(history), history);
    const source = data === '' && files.length === 0 ? undefined : await readSource(ctx, data, files);
    const rules = [system, source ? outsideRule : ''].filter(Boolean).join('\n\n');
    const question: Part[] = [{ type: 'text', text: prompt }, ...(source?.parts ?? [])];
    const messages: Message[] = [
      ...(rules === '' ? [] : [{ role: 'system' as const, content: rules }]),
      ...past,
      { role: 'user', content: source ? question : prompt },
    ];
    const reply =
      answer === 'text'
        ? await askModel(ctx, params, messages)
        : await askForJson(
            ctx,
            { ...params, structured: params.structured === 'auto' ? 'json' : params.structured },
            {
              messages,
              schema: z.unknown(),
              jsonSchema: { type: 'object' },
            },
          ).then(({ value, usage }) => ({
            text: JSON.stringify(value),
            usage,
            finishReason: '',
            model: params.model,
            value,
          }));
    if (history !== '')
      ctx.setVariable(
        history,
        // The material is not kept: it would be sent, and paid, again with every question.
        [...past, { role: 'user', content: prompt }, { role: 'assistant', content: reply.text }].slice(-historyLength),
      );
    const { text, usage, model, finishReason } = reply;
    return {
      output: { text, data: 'value' in reply ? reply.value : null, isCut: finishReason === 'length', model, usage },
    };
  },
});

function readHistory(value: unknown, name: string): z.output<typeof historySchema> {
  if (value === undefined || value === null || value === '') return [];
  const history = historySchema.safeParse(value);
  if (history.success) return history.data;
  throw new AppError('DATA_FORMAT', `The variable "${name}" holds no history of a talk. Use an empty one.`);
}

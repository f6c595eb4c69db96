import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';
import { askForJson } from './ask-json.ts';
import type { ModelParams } from './model-fields.ts';
import { outsideRule } from './outside-text.ts';
import { readSource } from './source.ts';
import type { Usage } from './usage.ts';

interface Choice {
  question: string;
  text: string;
  files: readonly string[];
  options: readonly { name: string; when: string }[];
}

interface Chosen {
  /** Name of the option; null where none fits. */
  choice: string | null;
  confidence: number;
  reason: string;
  usage: Usage;
}

/** Lets a model choose one of several options. */
export async function choose(
  ctx: NodeContext,
  params: ModelParams,
  { question, text, files, options }: Choice,
): Promise<Chosen> {
  const source = text === '' && files.length === 0 ? undefined : await readSource(ctx, text, files);
  const list = options.map(({ name, when }) => `- ${name}${when === '' ? '' : `: ${when}`}`).join('\n');
  const names = options.map(({ name }) => name) as [string, ...string[]];
  const { value, usage } = await askForJson(ctx, params, {
    messages: [
      {
        role: 'system',
        content: `Choose the one option that fits, or null if none does. Say how sure you are from 0 to 1, and why in one sentence.\n${outsideRule}`,
      },
      { role: 'user', content: [{ type: 'text', text: `${question}\n\nOptions:\n${list}` }, ...(source?.parts ?? [])] },
    ],
    schema: z.strictObject({
      choice: z.enum(names).nullable(),
      confidence: z.number().min(0).max(1),
      reason: z.string(),
    }),
  });
  return { ...value, usage };
}

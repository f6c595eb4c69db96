import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { askModel } from './ask-model.ts';
import { modelFields, usageSchema } from './model-fields.ts';
import { outsideRule, outsideText } from './outside-text.ts';
import { splitText } from './split-text.ts';
import { addUsage, noUsage } from './usage.ts';

const forms = {
  paragraph: 'one flowing paragraph',
  bullets: 'a bullet list, every line beginning with "- "',
  keyPoints: 'the key points, numbered, most important first',
  headline: 'a single headline',
};

export const summarise = defineNode({
  type: 'ai.summarise',
  version: 1,
  title: 'Summarise with AI',
  category: 'ai',
  icon: 'text-select',
  description:
    'Makes a short text of a long one; what is longer than the model reads at once is summarised piece by piece.',
  synonyms: ['summary', 'summarize', 'shorten', 'abstract', 'tldr', 'llm'],
  params: z.strictObject({
    text: z.string().min(1).max(5_000_000).meta({ title: 'Text', 'x-widget': 'textarea' }),
    form: z.enum(['paragraph', 'bullets', 'keyPoints', 'headline']).default('paragraph').meta({ title: 'As' }),
    maxWords: z.int().min(5).max(5000).default(150).meta({ title: 'At most', unit: 'words' }),
    language: z.string().max(100).default('').meta({ title: 'Language', placeholder: 'that of the text' }),
    focus: z.string().max(10_000).default('').meta({ title: 'What matters', 'x-widget': 'textarea' }),
    pieceChars: z
      .int()
      .min(1000)
      .max(1_000_000)
      .default(60_000)
      .meta({ title: 'Read at once', unit: 'characters', 'x-advanced': true }),
    ...modelFields,
  }),
  output: z.object({
    summary: z.string(),
    originalLength: z.int(),
    summaryLength: z.int(),
    pieces: z.int(),
    usage: usageSchema,
  }),
  effect: 'idempotent',
  examples: [{ title: 'A report', params: { model: 'gpt-4.1-mini', apiKey: '${vars.aiKey}', text: '${vars.report}' } }],
  async run(ctx, params) {
    const { text, form, maxWords, language, focus, pieceChars } = params;
    let usage = noUsage;
    const ask = async (material: string, how: string) => {
      const answer = await askModel(ctx, params, [
        {
          role: 'system',
          content: [
            `Summarise the material as ${how}.`,
            `Write in ${language || 'the language of the material'}.`,
            'Add nothing that does not stand there, and give the summary alone.',
            focus === '' ? '' : `What matters: ${focus}`,
            outsideRule,
          ]
            .filter(Boolean)
            .join('\n'),
        },
        { role: 'user', content: outsideText(material) },
      ]);
      usage = addUsage(usage, answer.usage);
      return answer.text.trim();
    };
    const pieces = splitText(text, pieceChars, 0);
    let material = text;
    if (pieces.length > 1) {
      const parts: string[] = [];
      for (const [i, piece] of pieces.entries()) {
        parts.push(await ask(piece, `notes of at most ${Math.max(100, maxWords)} words`));
        ctx.progress((i + 1) / (pieces.length + 1), `${i + 1} of ${pieces.length} pieces`);
      }
      material = parts.join('\n\n');
    }
    const summary = await ask(material, `${forms[form]} of at most ${maxWords} words`);
    return {
      output: { summary, originalLength: text.length, summaryLength: summary.length, pieces: pieces.length, usage },
    };
  },
});

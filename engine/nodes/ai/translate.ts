import { z } from 'zod';
import { defineNode } from '../../define-node.ts';
import { askForJson } from './ask-json.ts';
import { modelFields, usageSchema } from './model-fields.ts';
import { outsideRule, outsideText } from './outside-text.ts';

export const translate = defineNode({
  type: 'ai.translate',
  version: 1,
  title: 'Translate with AI',
  category: 'ai',
  icon: 'languages',
  description: 'Translates a text into another language and says which language it was in.',
  synonyms: ['language', 'translation', 'german', 'english', 'llm'],
  params: z.strictObject({
    text: z.string().min(1).max(500_000).meta({ title: 'Text', 'x-widget': 'textarea' }),
    language: z.string().min(1).max(100).meta({ title: 'Into', placeholder: 'English' }),
    from: z.string().max(100).default('').meta({ title: 'From', placeholder: 'found out by the model' }),
    tone: z.string().max(500).default('').meta({ title: 'Tone', placeholder: 'formal' }),
    glossary: z.record(z.string().max(200), z.string().max(200)).default({}).meta({
      title: 'Always so',
      description: 'Words and their fixed translation.',
      'x-widget': 'keyvalue',
      'x-advanced': true,
    }),
    ...modelFields,
  }),
  output: z.object({ text: z.string(), detectedLanguage: z.string(), usage: usageSchema }),
  effect: 'idempotent',
  examples: [
    {
      title: 'Into English',
      params: { model: 'gpt-4.1-mini', apiKey: '${vars.aiKey}', text: '${vars.mail}', language: 'English' },
    },
  ],
  async run(ctx, params) {
    const { text, language, from, tone, glossary } = params;
    const words = Object.entries(glossary).map(([word, translation]) => `- ${word}: ${translation}`);
    const { value, usage } = await askForJson(ctx, params, {
      messages: [
        {
          role: 'system',
          content: [
            `Translate the material ${from === '' ? '' : `from ${from} `}into ${language}. Keep line breaks and markup.`,
            tone === '' ? '' : `Tone: ${tone}.`,
            words.length === 0 ? '' : `Always translate these words so:\n${words.join('\n')}`,
            outsideRule,
          ]
            .filter(Boolean)
            .join('\n'),
        },
        { role: 'user', content: outsideText(text) },
      ],
      schema: z.strictObject({
        translation: z.string(),
        detectedLanguage: z.string().describe('Code of the language of the material, such as de'),
      }),
    });
    return { output: { text: value.translation, detectedLanguage: value.detectedLanguage, usage } };
  },
});

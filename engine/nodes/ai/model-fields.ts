import { z } from 'zod';

export const providers = {
  openai: 'https://api.openai.com/v1',
  groq: 'https://api.groq.com/openai/v1',
  anthropic: 'https://api.anthropic.com/v1',
  gemini: 'https://generativelanguage.googleapis.com/v1beta/openai',
  mistral: 'https://api.mistral.ai/v1',
  openrouter: 'https://openrouter.ai/api/v1',
  ollama: 'http://127.0.0.1:11434/v1',
  own: '',
} as const;

/** Which model is asked, and where. All of these speak the protocol of OpenAI. */
export const connectionFields = {
  provider: z
    .enum(['openai', 'groq', 'anthropic', 'gemini', 'mistral', 'openrouter', 'ollama', 'own'])
    .default('openai')
    .meta({ title: 'Provider' }),
  baseUrl: z
    .string()
    .max(4096)
    .default('')
    .meta({
      title: 'Address',
      placeholder: 'https://models.example.com/v1',
      description: 'Of a service that speaks the protocol of OpenAI.',
      'x-show-if': { provider: ['own', 'ollama'] },
    }),
  apiKey: z.string().max(5000).default('').meta({ title: 'Key', 'x-widget': 'password' }),
  model: z.string().min(1).max(300).meta({ title: 'Model', placeholder: 'gpt-4.1-mini' }),
  timeoutMs: z
    .int()
    .min(1)
    .max(3_600_000)
    .default(120_000)
    .meta({ title: 'Time limit', unit: 'ms', 'x-advanced': true }),
  runTokenLimit: z.int().min(0).max(1_000_000_000).default(0).meta({
    title: 'Limit of the run',
    unit: 'tokens',
    description: 'The step fails before it asks once the AI steps of this run have used so many. 0: none.',
    'x-advanced': true,
  }),
};

/** Parameters of every step that asks a language model. */
export const modelFields = {
  ...connectionFields,
  temperature: z.number().min(0).max(2).nullable().default(0).meta({
    title: 'Temperature',
    description: '0: always the likeliest answer. Empty: as the model has it.',
    'x-advanced': true,
  }),
  maxTokens: z
    .int()
    .min(1)
    .max(200_000)
    .default(4096)
    .meta({ title: 'Longest answer', unit: 'tokens', 'x-advanced': true }),
  structured: z.enum(['auto', 'schema', 'json', 'prompt']).default('auto').meta({
    title: 'Form of answers by',
    description: 'How the model is held to a form. auto tries schema, then json, then words alone.',
    'x-advanced': true,
  }),
};

const connectionSchema = z.object(connectionFields);
const modelSchema = z.object(modelFields);
export type ModelConnection = z.output<typeof connectionSchema>;
export type ModelParams = z.output<typeof modelSchema>;

export const usageSchema = z.object({
  inputTokens: z.int(),
  outputTokens: z.int(),
  totalTokens: z.int(),
  /** Questions it took. */
  requests: z.int(),
});

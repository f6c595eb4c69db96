import { isRecord, listAt, recordAt, textAt } from '../../json.ts';
import type { Converter, ConverterTable, NodeReading } from '../converter.ts';
import type { N8nNode } from '../document.ts';
import { objectFlow } from '../../flow.ts';

const PROVIDERS: Readonly<Record<string, string>> = {
  lmChatOpenAi: 'openai',
  lmOpenAi: 'openai',
  lmChatAnthropic: 'anthropic',
  lmChatGoogleGemini: 'gemini',
  lmChatGroq: 'groq',
  lmChatMistralCloud: 'mistral',
  lmChatOllama: 'ollama',
  lmChatOpenRouter: 'openrouter',
};

/** Nodes whose settings go into the step that uses them. */
export const LENDERS: ReadonlySet<string> = new Set(Object.keys(PROVIDERS));

/** Text with a model named in a list, in an object with a value, or plainly. */
function modelName(params: unknown): string {
  return (
    textAt(params, 'model', 'value') ||
    textAt(params, 'modelId', 'value') ||
    textAt(params, 'model') ||
    textAt(params, 'modelName')
  );
}

function modelOf(reading: NodeReading): Record<string, unknown> {
  const lender = reading.lent.find((one) => one.kind === 'ai_languageModel')?.node;
  const rest = reading.lent
    .filter((one) => one.kind !== 'ai_languageModel')
    .map((one) => `${one.node.name} (${one.kind.replace(/^ai_/, '')})`);
  if (rest.length > 0) reading.partial(`What it was given besides is not used: ${rest.join(', ')}.`);
  if (!lender) {
    reading.partial('It has no model that is known here. Choose provider and model.');
    return { model: 'unknown' };
  }
  return {
    ...settingsOf(reading, lender),
    apiKey: reading.secret('API key', textAt(Object.values(lender.credentials ?? {})[0], 'name') || lender.name),
  };
}

function settingsOf(reading: NodeReading, lender: N8nNode): Record<string, unknown> {
  const type = lender.type.split('.').at(-1) ?? '';
  const provider = PROVIDERS[type];
  if (provider === undefined) reading.partial(`The provider of "${lender.name}" is not known here; choose one.`);
  const options = recordAt(lender.parameters, 'options');
  return {
    provider: provider ?? 'own',
    model: modelName(lender.parameters) || 'unknown',
    ...(typeof options.temperature === 'number' && { temperature: options.temperature }),
    ...(typeof options.maxTokens === 'number' && options.maxTokens > 0 && { maxTokens: options.maxTokens }),
  };
}

const openAi: Converter = {
  reads: 'item',
  convert(reading) {
    const { params } = reading;
    const operation = textAt(params, 'operation') || 'message';
    const resource = textAt(params, 'resource') || 'text';
    const isChat =
      ['message', 'complete', 'response', 'create'].includes(operation) &&
      ['text', 'chat', 'assistant'].includes(resource);
    if (!isChat) reading.partial(`"${resource} ${operation}" has no counterpart; a question is asked.`);
    const messages = [
      ...listAt(params, 'messages', 'values'),
      ...listAt(params, 'prompt', 'messages'),
      ...listAt(params, 'responses', 'values'),
    ].map((one) => recordAt(one));
    const said = (role: string) =>
      messages
        .filter((one) => (textAt(one, 'role') || 'user') === role)
        .map((one) => reading.translate(one.content ?? ''));
    const system = said('system').join('\n');
    const prompt = said('user').join('\n') || (isRecord(params.prompt) ? '' : reading.read('prompt', ''));
    return {
      type: 'ai.chat',
      params: {
        prompt,
        ...(system !== '' && { system }),
        ...(params.jsonOutput === true && { answer: 'json' }),
        provider: 'openai',
        model: modelName(params) || 'unknown',
        apiKey: reading.secret('API key', textAt(Object.values(reading.node.credentials ?? {})[0], 'name') || 'OpenAI'),
      },
      gives: {
        kind: 'one',
        expression:
          "({ message: { role: 'assistant', content: steps.$self.output.text }, text: steps.$self.output.text })",
      },
    };
  },
};

/** A question to a model that another node names. */
function chain(output: string): Converter {
  return {
    reads: 'item',
    convert(reading) {
      const { params } = reading;
      const prompt =
        textAt(params, 'promptType') === 'define' || reading.version < 1.3
          ? reading.read('text', reading.read('prompt', ''))
          : `\${${reading.item()}.chatInput}`;
      const system =
        reading.read('options.systemMessage') ??
        reading.translate(recordAt(listAt(params, 'messages', 'messageValues')[0]).message ?? '');
      return {
        type: 'ai.chat',
        params: { prompt, ...(system !== '' && system !== undefined && { system }), ...modelOf(reading) },
        gives: objectFlow({ [output]: 'steps.$self.output.text' }),
      };
    },
  };
}

export const AI: ConverterTable = {
  openAi,
  chainLlm: chain('text'),
  agent: {
    reads: 'item',
    convert(reading) {
      reading.partial(
        'An agent decides by itself which tools it uses; here the model is asked once. Draw the steps it would take.',
      );
      return chain('output').convert(reading);
    },
  },
};

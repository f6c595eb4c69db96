import { AppError } from '@casare/shared';
import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import type { NetworkRule } from '../../resources/network-rules.ts';
import { type BrowserStep, defineBrowserNode } from './define-browser-node.ts';
import { timeoutParam } from './target.ts';
import { addressPatternParam } from './wait-for-response.ts';

const only = (...names: string[]) => ({ 'x-show-if': { action: names } });
const requestKinds = [
  'document',
  'stylesheet',
  'image',
  'media',
  'font',
  'script',
  'xhr',
  'fetch',
  'websocket',
  'other',
] as const;
/** Rules stay in memory and with the state of the browser. */
const MAX_BODY = 1024 * 1024;

export const changeNetwork = defineBrowserNode({
  type: 'browser.network',
  version: 1,
  title: 'Change network traffic',
  icon: 'network',
  description:
    'From now on blocks requests of the pages, answers them itself or changes their headers, until it is undone.',
  synonyms: ['intercept', 'mock', 'block images', 'route', 'headers', 'stub api'],
  params: z.strictObject({
    action: z.enum(['block', 'answer', 'headers', 'undo', 'list']).default('block').meta({ title: 'Action' }),
    name: z.string().max(200).default('').meta({
      title: 'Name',
      description: 'To undo this one, or to put another in its place. Undo without a name undoes all.',
    }),
    url: addressPatternParam.url.meta({
      title: 'Address',
      description: 'A part of it, or the whole with * and **. Empty: all.',
      placeholder: 'analytics.example',
      ...only('block', 'answer', 'headers'),
    }),
    kinds: z
      .array(z.enum(requestKinds))
      .max(requestKinds.length)
      .default([])
      .meta({ title: 'Kinds', description: 'Empty: all.', ...only('block', 'answer', 'headers') }),
    method: z
      .enum(['any', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
      .default('any')
      .meta({ title: 'Method', 'x-advanced': true, ...only('block', 'answer', 'headers') }),
    status: z
      .int()
      .min(200)
      .max(599)
      .default(200)
      .meta({ title: 'Status', ...only('answer') }),
    contentType: z
      .string()
      .max(200)
      .default('application/json')
      .meta({ title: 'Content type', ...only('answer') }),
    body: z
      .string()
      .max(MAX_BODY)
      .default('')
      .meta({ title: 'Answer', 'x-widget': 'textarea', ...only('answer') }),
    bodyFile: z
      .string()
      .max(1000)
      .optional()
      .meta({ title: 'Or answer from file', 'x-widget': 'file', ...only('answer') }),
    headers: z
      .record(z.string().max(200), z.string().max(10_000))
      .default({})
      .meta({
        title: 'Headers',
        description: 'Of the answer, or of the request. An empty value takes a header of the request away.',
        'x-widget': 'keyvalue',
        ...only('answer', 'headers'),
      }),
    ...timeoutParam,
  }),
  output: z.object({
    rules: z.array(z.object({ name: z.string(), action: z.string(), url: z.string(), hits: z.int() })),
    count: z.int(),
  }),
  effect: 'idempotent',
  examples: [
    { title: 'No pictures', params: { action: 'block', kinds: ['image', 'media', 'font'] } },
    { title: 'An answer of our own', params: { action: 'answer', url: '/api/rate', body: '{"rate": 1.1}' } },
  ],
  async run(step, params) {
    // Rules need a browser to stand in.
    await step.page();
    const { rules } = step.browser.extras;
    if (params.action === 'undo') {
      if (params.name === '') await rules.clear();
      else if (!(await rules.remove(params.name))) {
        const names = rules.list().map(({ name }) => name);
        throw new AppError(
          'NODE_FAILED',
          `There is no rule "${params.name}". There are: ${names.join(', ') || 'none'}.`,
        );
      }
    } else if (params.action !== 'list') await rules.set(await ruleOf(step, params.action, params));
    const hits = rules.hits();
    const list = rules.list().map(({ name, action, url = '' }) => ({ name, action, url, hits: hits[name] ?? 0 }));
    return { output: { rules: list, count: list.length } };
  },
});

interface RuleParams {
  name: string;
  url: string;
  kinds: string[];
  method: string;
  status: number;
  contentType: string;
  body: string;
  bodyFile?: string | undefined;
  headers: Record<string, string>;
}

async function ruleOf(step: BrowserStep, action: NetworkRule['action'], params: RuleParams): Promise<NetworkRule> {
  const rule: NetworkRule = {
    name: params.name || `${action} ${params.url || params.kinds.join(' ') || 'all'}`,
    action,
  };
  if (params.url !== '') rule.url = params.url;
  if (params.kinds.length > 0) rule.kinds = params.kinds;
  if (params.method !== 'any') rule.method = params.method;
  if (action === 'headers') {
    rule.headers = Object.fromEntries(
      Object.entries(params.headers).map(([name, value]) => [name, value === '' ? null : value]),
    );
  } else if (action === 'answer') {
    const body = params.bodyFile ? await bodyFrom(step, params.bodyFile) : Buffer.from(params.body);
    const headers = { 'content-type': params.contentType, 'access-control-allow-origin': '*', ...params.headers };
    rule.answer = { status: params.status, headers, bodyBase64: body.toString('base64') };
  }
  return rule;
}

async function bodyFrom(step: BrowserStep, file: string): Promise<Buffer> {
  const path = await step.ctx.files.readable(file);
  if ((await stat(path)).size > MAX_BODY) {
    throw new AppError('PARAMS_INVALID', `"${file}" is larger than 1 MB, the most that an answer may have.`);
  }
  return await readFile(path);
}

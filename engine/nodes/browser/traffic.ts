import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { timeoutParam } from './target.ts';
import { addressPatternParam } from './wait-for-response.ts';

const only = (...names: string[]) => ({ 'x-show-if': { action: names } });

export const recordTraffic = defineBrowserNode({
  type: 'browser.traffic',
  version: 1,
  title: 'Record network traffic',
  icon: 'activity',
  description:
    'Notes the requests of the pages from "start" on, and hands them out: address, status, time, and bodies if wanted.',
  synonyms: ['har', 'network log', 'requests', 'capture', 'sniff'],
  params: z.strictObject({
    action: z.enum(['start', 'read', 'stop']).default('start').meta({ title: 'Action' }),
    url: addressPatternParam.url.meta({
      title: 'Only address',
      description: 'A part of it, or the whole with * and **. Empty: all.',
      ...only('start'),
    }),
    kinds: z
      .array(z.string().max(50))
      .max(20)
      .default([])
      .meta({
        title: 'Only kinds',
        description: 'document, xhr, fetch, image, script … Empty: all.',
        'x-widget': 'list',
        ...only('start'),
      }),
    bodies: z
      .boolean()
      .default(false)
      .meta({ title: 'With headers and bodies', description: 'Texts of up to 64 KB each.', ...only('start') }),
    file: z
      .string()
      .max(1000)
      .optional()
      .meta({ title: 'Into file', description: 'As JSON.', 'x-widget': 'file', ...only('read', 'stop') }),
    ...timeoutParam,
  }),
  output: z.object({
    requests: z.array(
      z.object({
        method: z.string(),
        url: z.string(),
        kind: z.string(),
        status: z.int(),
        failure: z.string().optional(),
        startedAt: z.number(),
        ms: z.number(),
        requestBody: z.string().optional(),
        responseHeaders: z.record(z.string(), z.string()).optional(),
        responseBody: z.string().optional(),
      }),
    ),
    count: z.int(),
    dropped: z.int().describe('Requests beyond the 5,000 that are kept'),
    path: z.string().nullable(),
  }),
  effect: 'idempotent',
  examples: [
    { title: 'Calls of an interface', params: { action: 'start', url: '/api/', bodies: true } },
    { title: 'What was recorded', params: { action: 'stop' } },
  ],
  async run(step, params) {
    await step.page();
    const { traffic } = step.browser.extras;
    if (params.action === 'start') {
      traffic.start({
        ...(params.url === '' ? {} : { url: params.url }),
        ...(params.kinds.length > 0 ? { kinds: params.kinds } : {}),
        withBodies: params.bodies,
      });
      return { output: { requests: [], count: 0, dropped: 0, path: null } };
    }
    const { entries, dropped } = await traffic.read();
    if (params.action === 'stop') traffic.stop();
    const written = params.file ? await step.ctx.files.write(params.file, JSON.stringify(entries, null, 2)) : undefined;
    return { output: { requests: entries, count: entries.length, dropped, path: written?.path ?? null } };
  },
});

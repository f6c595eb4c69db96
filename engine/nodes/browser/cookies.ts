import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';

const only = (...names: string[]) => ({ 'x-show-if': { action: names } });

const cookieSchema = z.object({
  name: z.string(),
  value: z.string(),
  domain: z.string(),
  path: z.string(),
  expires: z.number().describe('Seconds since 1970; -1 until the browser closes'),
  httpOnly: z.boolean(),
  secure: z.boolean(),
});

export const manageCookies = defineBrowserNode({
  type: 'browser.cookies',
  version: 1,
  title: 'Cookies',
  icon: 'cookie',
  description: 'Reads, sets or removes cookies of the open browser.',
  synonyms: ['session', 'login', 'storage'],
  params: z.strictObject({
    action: z.enum(['get', 'set', 'remove', 'clear']).default('get').meta({ title: 'Action' }),
    name: z
      .string()
      .max(1000)
      .optional()
      .meta({ title: 'Name', description: 'Empty reads all.', ...only('get', 'set', 'remove') }),
    value: z
      .string()
      .max(10_000)
      .optional()
      .meta({ title: 'Value', ...only('set') }),
    url: z
      .string()
      .max(10_000)
      .optional()
      .meta({ title: 'For address', description: 'Empty: the current page.', ...only('get', 'set') }),
    httpOnly: z
      .boolean()
      .default(false)
      .meta({ title: 'Hidden from scripts', 'x-advanced': true, ...only('set') }),
    expiresInSeconds: z
      .number()
      .min(1)
      .optional()
      .meta({ title: 'Expires after', unit: 's', 'x-advanced': true, ...only('set') }),
  }),
  output: z.object({ cookies: z.array(cookieSchema), count: z.int() }),
  effect: 'idempotent',
  examples: [
    { title: 'All cookies of the page', params: { action: 'get' } },
    { title: 'Accept the banner', params: { action: 'set', name: 'consent', value: 'yes' } },
  ],
  async run(step, params) {
    const page = await step.page();
    const context = page.context();
    const url = params.url ? params.url : page.url();
    switch (params.action) {
      case 'get':
        break;
      case 'set':
        await context.addCookies([
          {
            name: needed(params.name),
            value: params.value ?? '',
            url,
            httpOnly: params.httpOnly,
            ...(params.expiresInSeconds ? { expires: step.ctx.now() / 1000 + params.expiresInSeconds } : {}),
          },
        ]);
        break;
      case 'remove':
        await context.clearCookies({ name: needed(params.name) });
        break;
      case 'clear':
        await context.clearCookies();
    }
    const wanted = params.action === 'get' || params.action === 'set' ? params.name : undefined;
    const cookies = (await context.cookies(url))
      .filter((cookie) => !wanted || cookie.name === wanted)
      .map(({ name, value, domain, path, expires, httpOnly, secure }) => ({
        name,
        value,
        domain,
        path,
        expires,
        httpOnly,
        secure,
      }));
    return { output: { cookies, count: cookies.length } };
  },
});

function needed(name: string | undefined): string {
  if (name) return name;
  throw new AppError('PARAMS_INVALID', '"Name" is empty. Say which cookie.');
}

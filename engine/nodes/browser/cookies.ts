import { AppError } from '@casare/shared';
import type { BrowserContext } from 'playwright-core';
import { z } from 'zod';
import { type BrowserStep, defineBrowserNode } from './define-browser-node.ts';

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
  description: 'Reads, sets or removes cookies of the open browser, or carries them over in a file.',
  synonyms: ['session', 'login', 'storage'],
  params: z.strictObject({
    action: z.enum(['get', 'set', 'remove', 'clear', 'export', 'import']).default('get').meta({ title: 'Action' }),
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
    file: z
      .string()
      .max(1000)
      .default('cookies.json')
      .meta({
        title: 'File',
        description: 'Whoever has this file is signed in as this browser is. Keep it like a password.',
        'x-widget': 'file',
        ...only('export', 'import'),
      }),
    httpOnly: z
      .boolean()
      .default(false)
      .meta({ title: 'Hidden from scripts', 'x-advanced': true, ...only('set') }),
    domain: z
      .string()
      .max(500)
      .optional()
      .meta({
        title: 'Domain',
        description: 'In place of an address.',
        placeholder: '.example.com',
        'x-advanced': true,
        ...only('set'),
      }),
    path: z
      .string()
      .max(2000)
      .default('/')
      .meta({ title: 'Path', description: 'With a domain.', 'x-advanced': true, ...only('set') }),
    secure: z
      .boolean()
      .optional()
      .meta({ title: 'Over https only', 'x-advanced': true, ...only('set') }),
    sameSite: z
      .enum(['Strict', 'Lax', 'None'])
      .optional()
      .meta({ title: 'From other sites', 'x-advanced': true, ...only('set') }),
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
            ...(params.domain ? { domain: params.domain, path: params.path } : { url }),
            httpOnly: params.httpOnly,
            ...(params.secure === undefined ? {} : { secure: params.secure }),
            ...(params.sameSite ? { sameSite: params.sameSite } : {}),
            ...(params.expiresInSeconds ? { expires: step.ctx.now() / 1000 + params.expiresInSeconds } : {}),
          },
        ]);
        break;
      case 'remove':
        await context.clearCookies({ name: needed(params.name) });
        break;
      case 'clear':
        await context.clearCookies();
        break;
      case 'export':
        await step.ctx.files.write(params.file, JSON.stringify(await context.cookies(), null, 2));
        break;
      case 'import':
        await context.addCookies(await readCookies(step, params.file));
    }
    const wanted = params.action === 'get' || params.action === 'set' ? params.name : undefined;
    // What was carried over belongs to all sites.
    const isFile = params.action === 'export' || params.action === 'import';
    const cookies = (await (isFile ? context.cookies() : context.cookies(url)))
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

const fileSchema = z.array(
  cookieSchema
    .partial({ path: true, expires: true, httpOnly: true, secure: true })
    .extend({ path: z.string().default('/'), sameSite: z.enum(['Strict', 'Lax', 'None']).optional() }),
);

async function readCookies(step: BrowserStep, file: string): Promise<Parameters<BrowserContext['addCookies']>[0]> {
  const handle = await step.ctx.files.open(file);
  try {
    const parsed = fileSchema.safeParse(JSON.parse(await handle.readFile('utf8')));
    if (parsed.success) return parsed.data.map((cookie) => dropUndefined(cookie));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  } finally {
    await handle.close();
  }
  throw new AppError('DATA_FORMAT', `"${file}" is no file of cookies. Use one that "export" of this step has written.`);
}

/** Playwright takes a member that is there but undefined for a wrong one. */
function dropUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}

function needed(name: string | undefined): string {
  if (name) return name;
  throw new AppError('PARAMS_INVALID', '"Name" is empty. Say which cookie.');
}

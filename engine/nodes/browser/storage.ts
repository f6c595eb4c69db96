import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { enterFrames, frameOf, placeOf } from './scope.ts';
import { frameParam, timeoutParam } from './target.ts';

const only = (...names: string[]) => ({ 'x-show-if': { action: names } });

export const pageStorage = defineBrowserNode({
  type: 'browser.storage',
  version: 1,
  title: 'Storage of page',
  icon: 'database',
  description: 'Reads, sets or removes what the site of the current page keeps in local or session storage.',
  synonyms: ['localstorage', 'sessionstorage', 'web storage', 'token'],
  params: z.strictObject({
    action: z.enum(['get', 'set', 'remove', 'clear']).default('get').meta({ title: 'Action' }),
    area: z.enum(['local', 'session']).default('local').meta({ title: 'Storage' }),
    key: z
      .string()
      .max(10_000)
      .optional()
      .meta({ title: 'Name', description: 'Empty reads all.', ...only('get', 'set', 'remove') }),
    value: z
      .string()
      .max(1_000_000)
      .default('')
      .meta({ title: 'Value', ...only('set') }),
    ...frameParam,
    ...timeoutParam,
  }),
  output: z.object({
    value: z.string().nullable().describe('Of the named entry; null where there is none'),
    items: z.record(z.string(), z.string()),
    count: z.int(),
  }),
  effect: 'idempotent',
  examples: [
    { title: 'Everything', params: { action: 'get' } },
    { title: 'Skip the tour', params: { action: 'set', key: 'tour', value: 'done' } },
  ],
  async run(step, params) {
    const { action, area, key, value } = params;
    if (!key && (action === 'set' || action === 'remove')) {
      throw new AppError('PARAMS_INVALID', '"Name" is empty. Say which entry.');
    }
    const { frames } = placeOf('html', params.frame);
    const frame = await frameOf(await enterFrames(await step.page(), frames, step.wait), step.wait);
    const items = await frame.evaluate(useStorage, { action, area, key: key ?? '', value });
    if (items === null) {
      throw new AppError('NODE_FAILED', 'This page has no storage: open a web page first, not an empty tab.');
    }
    const kept = Object.fromEntries(items);
    const one = key ? (items.find(([name]) => name === key)?.[1] ?? null) : null;
    return { output: { value: one, items: kept, count: items.length } };
  },
});

/** Runs in the page. Pages without an origin are refused by the browser. */
function useStorage(wish: { action: string; area: string; key: string; value: string }): [string, string][] | null {
  try {
    const storage = wish.area === 'local' ? localStorage : sessionStorage;
    if (wish.action === 'set') storage.setItem(wish.key, wish.value);
    if (wish.action === 'remove') storage.removeItem(wish.key);
    if (wish.action === 'clear') storage.clear();
    const items = Array.from({ length: storage.length }, (_, i): [string, string] => {
      const name = storage.key(i) ?? '';
      return [name, storage.getItem(name) ?? ''];
    });
    return wish.action === 'get' && wish.key !== '' ? items.filter(([name]) => name === wish.key) : items;
  } catch {
    return null;
  }
}

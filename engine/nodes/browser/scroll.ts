import { AppError } from '@casare/shared';
import type { Locator, Page } from 'playwright-core';
import { z } from 'zod';
import { type BrowserStep, defineBrowserNode } from './define-browser-node.ts';
import { pollUntil } from './poll-until.ts';
import { elementOptions, type Target, targetParams } from './target.ts';

const only = (...names: string[]) => ({ 'x-show-if': { to: names } });

export const scrollPage = defineBrowserNode({
  type: 'browser.scroll',
  version: 1,
  title: 'Scroll',
  icon: 'arrow-up-down',
  description:
    'Scrolls the page or an area of it: to an element, to an end, by a distance, or on and on until nothing new comes.',
  synonyms: ['infinite scroll', 'load more', 'wheel', 'scroll into view', 'bottom'],
  params: z.strictObject({
    to: z.enum(['element', 'bottom', 'top', 'distance', 'everything']).default('everything').meta({
      title: 'To',
      description: 'Everything: down again and again until the page brings nothing new.',
    }),
    target: targetParams.target.optional().meta({
      title: 'Element',
      description: 'What to scroll to; for the others the area that scrolls, empty for the page.',
      'x-widget': 'selector',
    }),
    right: z
      .number()
      .min(-1_000_000)
      .max(1_000_000)
      .default(0)
      .meta({ title: 'To the right', unit: 'px', ...only('distance') }),
    down: z
      .number()
      .min(-1_000_000)
      .max(1_000_000)
      .default(600)
      .meta({ title: 'Down', unit: 'px', ...only('distance') }),
    items: z
      .string()
      .max(5000)
      .optional()
      .meta({
        title: 'Entries',
        description: 'Selector of what is loaded; counted to see whether more has come.',
        placeholder: '.result',
        'x-widget': 'selector',
        ...only('everything'),
      }),
    untilCount: z
      .int()
      .min(1)
      .max(100_000)
      .optional()
      .meta({ title: 'Until so many entries', ...only('everything') }),
    untilElement: z
      .string()
      .max(5000)
      .optional()
      .meta({ title: 'Until this can be seen', 'x-widget': 'selector', ...only('everything') }),
    maxRounds: z
      .int()
      .min(1)
      .max(10_000)
      .default(200)
      .meta({ title: 'Rounds at most', 'x-advanced': true, ...only('everything') }),
    quietMs: z
      .int()
      .min(50)
      .max(60_000)
      .default(1500)
      .meta({
        title: 'Wait for more',
        description: 'When nothing new has come for so long, the end is reached.',
        unit: 'ms',
        'x-advanced': true,
        ...only('everything'),
      }),
    ...elementOptions,
  }),
  output: z.object({
    rounds: z.int(),
    count: z.int().describe('Entries at the end, 0 where none were counted'),
    end: z.enum(['done', 'nothingNew', 'count', 'element', 'limit']),
  }),
  effect: 'idempotent',
  examples: [
    { title: 'All results', params: { to: 'everything', items: '.result' } },
    { title: 'To an element', params: { to: 'element', target: '#terms' } },
  ],
  async run(step, params) {
    const page = await step.page();
    const area = params.target ? await step.element({ ...params, target: params.target }) : page.locator(':root');
    if (params.to === 'everything') return { output: await scrollOn(step, page, area, params) };
    if (params.to === 'element') {
      if (!params.target) throw new AppError('PARAMS_INVALID', '"Element" is empty. Say what to scroll to.');
      await area.scrollIntoViewIfNeeded(step.wait);
    } else await area.evaluate(scroll, { to: params.to, right: params.right, down: params.down }, step.wait);
    return { output: { rounds: 1, count: 0, end: 'done' as const } };
  },
});

/** Runs in the page. The root stands for the page itself. */
function scroll(element: Element, { to, right, down }: { to: string; right: number; down: number }): void {
  const area = element === document.documentElement ? (document.scrollingElement ?? element) : element;
  const top = to === 'top' ? 0 : to === 'bottom' ? area.scrollHeight : area.scrollTop + down;
  area.scrollTo({ top, left: to === 'distance' ? area.scrollLeft + right : area.scrollLeft, behavior: 'instant' });
}

interface Endless {
  items?: string | undefined;
  untilCount?: number | undefined;
  untilElement?: string | undefined;
  maxRounds: number;
  quietMs: number;
  frame?: string | string[] | undefined;
}

type End = 'nothingNew' | 'count' | 'element' | 'limit';

async function scrollOn(
  step: BrowserStep,
  page: Page,
  area: Locator,
  params: Endless,
): Promise<{ rounds: number; count: number; end: End }> {
  const locate = (target: Target) => step.elements({ target, frame: params.frame });
  const items = params.items ? await locate(params.items) : undefined;
  const goal = params.untilElement ? (await locate(params.untilElement)).filter({ visible: true }) : undefined;
  const begun = performance.now();
  const size = async () => ({
    count: items ? await items.count() : 0,
    height: await area.evaluate((element) => {
      const whole = element === document.documentElement ? (document.scrollingElement ?? element) : element;
      return whole.scrollHeight;
    }),
  });
  const reached = async (count: number): Promise<End | undefined> => {
    if (params.untilCount !== undefined && count >= params.untilCount) return 'count';
    return goal && (await goal.count()) > 0 ? 'element' : undefined;
  };
  let now = await size();
  for (let rounds = 0; ; rounds++) {
    step.ctx.signal.throwIfAborted();
    const end = await reached(now.count);
    if (end) return { rounds, count: now.count, end };
    if (rounds >= params.maxRounds || performance.now() - begun > step.wait.timeout) {
      return { rounds, count: now.count, end: 'limit' };
    }
    const before = now;
    await area.evaluate(scroll, { to: 'bottom', right: 0, down: 0 }, step.wait);
    await wheel(page, area);
    const grown = await pollUntil(
      async () => {
        const seen = await size();
        return seen.count > before.count || seen.height > before.height ? seen : undefined;
      },
      { timeout: params.quietMs, signal: step.ctx.signal },
    );
    if (!grown) return { rounds: rounds + 1, count: before.count, end: (await reached(before.count)) ?? 'nothingNew' };
    now = grown;
    step.ctx.progress(Math.min(0.99, rounds / params.maxRounds), items ? `${now.count} entries` : undefined);
  }
}

/** Some pages watch the wheel and not the place; at the end of the page it changes nothing else. */
async function wheel(page: Page, area: Locator): Promise<void> {
  const box = await area.boundingBox();
  const view = page.viewportSize();
  if (box && view) {
    const x = Math.min(Math.max(box.x + box.width / 2, 1), view.width - 1);
    const y = Math.min(Math.max(box.y + box.height / 2, 1), view.height - 1);
    await page.mouse.move(x, y);
  }
  await page.mouse.wheel(0, 400);
}

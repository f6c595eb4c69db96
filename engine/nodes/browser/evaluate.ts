import { AppError } from '@casare/shared';
import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { pageFunction } from './healing/in-page.ts';
import { enterFrames, frameOf, placeOf } from './scope.ts';
import { effectParam, elementOptions, targetParams } from './target.ts';
import { withinTime } from './time-limit.ts';

export const runPageScript = defineBrowserNode({
  type: 'browser.evaluate',
  version: 1,
  title: 'Run script in page',
  icon: 'square-function',
  description: 'Runs JavaScript in the page, with its document and window, and hands out what it returns.',
  synonyms: ['javascript', 'execute script', 'dom', 'inject'],
  params: z.strictObject({
    script: z.string().min(1).max(200_000).meta({
      title: 'Script',
      description:
        'Body of a function with the parameters arg and element; await is allowed, return hands the result out.',
      placeholder: 'return document.title;',
      'x-widget': 'code',
      'x-raw': true,
    }),
    arg: z.unknown().optional().meta({ title: 'arg', description: 'A value for the script.', 'x-widget': 'json' }),
    target: targetParams.target.optional().meta({
      title: 'Element',
      description: 'Waited for and handed to the script as "element".',
      'x-widget': 'selector',
      'x-advanced': true,
    }),
    ...effectParam,
    ...elementOptions,
  }),
  output: z.object({ result: z.unknown() }),
  effect: 'once',
  effectOf: (params) => params.effect,
  examples: [
    { title: 'Count links', params: { script: 'return document.links.length;' } },
    { title: 'With a value', params: { script: 'return arg.a + arg.b;', arg: { a: 1, b: 2 } } },
  ],
  async run(step, params) {
    const page = await step.page();
    const element = params.target ? await step.element({ ...params, target: params.target }) : undefined;
    // The text of the script as a function of its own: `evaluate` takes no other way for code together with an element.
    const script = pageFunction<Element | undefined, undefined, unknown>(
      `async (element) => { const arg = ${JSON.stringify(params.arg ?? null)};\n${params.script}\n}`,
    );
    try {
      const place = placeOf('html', params.frame);
      const run = element
        ? element.evaluate(script, undefined, step.wait)
        : (await frameOf(await enterFrames(page, place.frames, step.wait), step.wait)).evaluate(
            script as (arg: undefined) => unknown,
            undefined,
          );
      const result: unknown = await withinTime(run, params.timeoutMs, 'The script');
      return { output: { result: asJson(result) } };
    } catch (error) {
      throw scriptFailure(error);
    }
  },
});

/** What the script itself threw says more than Playwright's account of it. */
function scriptFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof AppError) return error;
  const own = /^(?:page|frame|locator)\.evaluate: (?!Target|Execution context)([\s\S]*)/.exec(error.message)?.[1];
  if (own === undefined) return error;
  const line = (own.split('\n')[0] ?? '').slice(0, 500);
  return new AppError('CODE_FAILED', `The script failed: ${line}`, { cause: error });
}

/** Dates, maps and the like come back from the page as such; a step's output is JSON. */
function asJson(value: unknown): unknown {
  if (value === undefined) return null;
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null') as unknown;
  } catch {
    throw new AppError(
      'CODE_FAILED',
      'The script returned something that is not JSON: return texts, numbers, lists and objects.',
    );
  }
}

import { z } from 'zod';
import { defineBrowserNode } from './define-browser-node.ts';
import { timeoutParam } from './target.ts';

export const readConsole = defineBrowserNode({
  type: 'browser.console',
  version: 1,
  title: 'Read console',
  icon: 'square-terminal',
  description: 'Reads what the scripts of the page have written to its console, and the errors that nobody caught.',
  synonyms: ['console log', 'javascript errors', 'page errors', 'messages'],
  params: z.strictObject({
    kinds: z
      .enum(['all', 'errors', 'warnings'])
      .default('all')
      .meta({ title: 'Read', description: 'Warnings: and errors.' }),
    clear: z
      .boolean()
      .default(false)
      .meta({ title: 'Then forget them', description: 'The next "Read console" gets only newer ones.' }),
    ...timeoutParam,
  }),
  output: z.object({
    messages: z.array(z.object({ kind: z.string(), text: z.string(), where: z.string() })),
    errors: z.array(z.string()).describe('Errors of scripts that nobody caught'),
    count: z.int(),
  }),
  effect: 'idempotent',
  examples: [{ title: 'Has anything failed?', params: { kinds: 'errors' } }],
  async run(step, params) {
    const page = await step.page();
    const wanted = { all: undefined, errors: ['error'], warnings: ['error', 'warning'] }[params.kinds];
    // The newest 200 of each, of the current page; the browser keeps them.
    const messages = (await page.consoleMessages())
      .map((message) => ({
        kind: message.type(),
        text: message.text().slice(0, 10_000),
        where: placeOf(message.location()),
      }))
      .filter(({ kind }) => !wanted || wanted.includes(kind));
    const errors = (await page.pageErrors()).map((error) => error.message.slice(0, 10_000));
    if (params.clear) {
      await page.clearConsoleMessages();
      await page.clearPageErrors();
    }
    return { output: { messages, errors, count: messages.length + errors.length } };
  },
});

function placeOf({ url, lineNumber }: { url: string; lineNumber: number }): string {
  return url === '' ? '' : `${url}:${lineNumber + 1}`;
}
